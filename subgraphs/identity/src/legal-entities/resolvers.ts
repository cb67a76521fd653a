import type { Resolvers } from '@autora/shared/graphql'
import { decodeId, encodeId, type RequestContext } from '@autora/shared/request'
import { type DealerGroupRow, dealerGroupById } from '../dealer-groups/index.js'
import type { LegalEntityRow } from './entity.js'
import { legalEntitiesOf, legalEntityById } from './service.js'

/** GraphQL ⇄ use cases of legal entities. */
export const legalEntityResolvers: Resolvers = {
  Query: {
    legalEntity: (_root, { id }: { id: string }, ctx) => legalEntityById(ctx, decodeId('LegalEntity', id)),
  },
  LegalEntity: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      legalEntityById(ctx, decodeId('LegalEntity', id)),
    id: (entity: LegalEntityRow) => encodeId('LegalEntity', entity.id),
    dealerGroup: (entity: LegalEntityRow, _args, ctx) => dealerGroupById(ctx, entity.tenantId),
  },
  DealerGroup: {
    legalEntities: (group: DealerGroupRow, _args, ctx) => legalEntitiesOf(ctx, group.id),
  },
}
