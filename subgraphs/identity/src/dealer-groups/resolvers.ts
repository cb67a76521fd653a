import type { Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import type { DealerGroupRow } from './entity.js'
import { dealerGroupById, listDealerGroups } from './service.js'

/** GraphQL ⇄ use cases of dealer groups. */
export const dealerGroupResolvers: Resolvers = {
  Query: {
    async dealerGroups(_root, args: PageArguments, ctx) {
      const page = pageRequest(args)
      return connection(await listDealerGroups(ctx, page), page, ({ id, createdAt }) => ({
        id,
        at: createdAt,
      }))
    },
    dealerGroup: (_root, { id }: { id: string }, ctx) => dealerGroupById(ctx, decodeId('DealerGroup', id)),
  },
  DealerGroup: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      dealerGroupById(ctx, decodeId('DealerGroup', id)),
    id: (group: DealerGroupRow) => encodeId('DealerGroup', group.id),
    parent: (group: DealerGroupRow, _args, ctx) => dealerGroupById(ctx, group.parentId),
  },
}
