import type { Resolvers } from '@autora/shared/graphql'
import { decodeId, encodeId, type RequestContext } from '@autora/shared/request'
import type { SupportActivity } from './entity.js'
import { closingReceipt, supportActivity } from './service.js'

/** GraphQL ⇄ what happened under support grants. */
export const supportActivityResolvers: Resolvers = {
  Query: {
    supportActivity: (_root, { grantId }: { grantId: string }, ctx) =>
      supportActivity(ctx, decodeId('SupportGrant', grantId)),
  },
  SupportActivity: {
    grantId: ({ grantId }: SupportActivity) => encodeId('SupportGrant', grantId),
  },
  SupportGrant: {
    activity: ({ id }: { id: string }, _args, ctx: RequestContext) =>
      supportActivity(ctx, decodeId('SupportGrant', id)),
    closingReceipt: ({ id }: { id: string }, _args, ctx: RequestContext) =>
      closingReceipt(ctx, decodeId('SupportGrant', id)),
  },
}
