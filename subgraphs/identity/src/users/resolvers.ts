import type { Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { storeById } from '../stores/index.js'
import type { MembershipRow, UserRow } from './entity.js'
import { listUsers, membershipsOf, userById } from './service.js'

/** GraphQL ⇄ use cases of people and their memberships. */
export const userResolvers: Resolvers = {
  Query: {
    async users(_root, args: PageArguments, ctx) {
      const page = pageRequest(args)
      return connection(await listUsers(ctx, page), page, ({ id, createdAt }) => ({ id, at: createdAt }))
    },
    user: (_root, { id }: { id: string }, ctx) => userById(ctx, decodeId('User', id)),
  },
  User: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) => userById(ctx, decodeId('User', id)),
    id: (user: UserRow) => encodeId('User', user.id),
    memberships: (user: UserRow, _args, ctx) => membershipsOf(ctx, user.id),
  },
  Membership: {
    id: (membership: MembershipRow) => encodeId('Membership', membership.id),
    store: (membership: MembershipRow, _args, ctx) => storeById(ctx, membership.storeId),
    grantedBy: (membership: MembershipRow, _args, ctx) => userById(ctx, membership.grantedBy),
  },
}
