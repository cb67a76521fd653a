import { answer, type Resolvers } from '@autora/shared/graphql'
import { decodeId, encodeId, type RequestContext } from '@autora/shared/request'
import { placeOf } from '../memberships/index.js'
import { type Role, type UserRow, userById } from '../users/index.js'
import type { InvitationRow } from './entity.js'
import type { Postbox } from './post-service.js'
import {
  type InviteUserInput,
  invitationOf,
  invitationStatus,
  inviteUser,
  resendInvitation,
  revokeInvitation,
} from './service.js'

interface InviteInput extends Omit<InviteUserInput, 'place'> {
  readonly role: Role
  readonly storeId?: string | null
  readonly everyStore?: boolean | null
}

const payload = (user: UserRow) => ({ user })

/** GraphQL ⇄ use cases of invitations. @param post - how they reach people. */
export const invitationResolvers = (post: Postbox): Resolvers => ({
  Mutation: {
    userInvite: (_root, { input }: { input: InviteInput }, ctx) =>
      answer(
        (async () => inviteUser(ctx, post, { ...input, place: placeOf(input) }))(),
        ({ done, approval }) => ({
          user: done?.user ?? null,
          membership: done?.membership ?? null,
          approval,
        }),
      ),
    invitationResend: (_root, { input }: { input: { userId: string } }, ctx) =>
      answer(resendInvitation(ctx, post, decodeId('User', input.userId)), payload),
    invitationRevoke: (_root, { input }: { input: { userId: string } }, ctx) =>
      answer(revokeInvitation(ctx, decodeId('User', input.userId)), payload),
  },
  User: {
    invitation: (user: UserRow, _args, ctx: RequestContext) => invitationOf(ctx, user.id),
  },
  Invitation: {
    id: (invitation: InvitationRow) => encodeId('Invitation', invitation.id),
    status: (invitation: InvitationRow, _args, ctx) => invitationStatus(invitation, ctx.clock.now()),
    invitedBy: (invitation: InvitationRow, _args, ctx) => userById(ctx, invitation.createdBy),
  },
})
