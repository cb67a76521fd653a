import { answer, type Resolvers } from '@autora/shared/graphql'
import { decodeId, type RequestContext } from '@autora/shared/request'
import type { Asked } from '../memberships/index.js'
import type { UserRow } from '../users/index.js'
import { deactivateUser, reactivateUser, type UserChanges, updateUser } from './service.js'
import { resetSecondFactor, unlockUser } from './sign-in-service.js'

interface Input {
  readonly input: { readonly id: string; readonly reason?: string | null; readonly changes: UserChanges }
}

const asked = ({ done, approval }: Asked<UserRow>) => ({ user: done, approval })
const changed = (user: UserRow) => ({ user })
const decoded = ({ input }: Input) => ({ ...input, id: decodeId('User', input.id) })

const mutations: Resolvers[string] = {
  userUpdate: (_root, args: Input, ctx: RequestContext) => answer(updateUser(ctx, decoded(args)), asked),
  userDeactivate: (_root, args: Input, ctx: RequestContext) =>
    answer(deactivateUser(ctx, decoded(args)), asked),
  userReactivate: (_root, args: Input, ctx: RequestContext) =>
    answer(reactivateUser(ctx, decoded(args)), asked),
  userUnlock: (_root, args: Input, ctx: RequestContext) => answer(unlockUser(ctx, decoded(args).id), changed),
  userResetSecondFactor: (_root, args: Input, ctx: RequestContext) =>
    answer(resetSecondFactor(ctx, decoded(args).id), changed),
}

/** GraphQL ⇄ use cases that change people. */
export const userChangeResolvers: Resolvers = { Mutation: mutations }
