import type { Actor } from '@autora/shared/actor'
import type { Resolvers } from '@autora/shared/graphql'
import { encodeId } from '@autora/shared/request'
import { dealerGroupById } from '../dealer-groups/index.js'
import { ownStores, storeById } from '../stores/index.js'
import { supportGrantById } from '../support-grants/index.js'
import { type MembershipRow, ownMemberships, userById } from '../users/index.js'
import { ownName } from './service.js'

/** GraphQL ⇄ what the caller may know about himself. A viewer is the actor that the gateway verified. */
export const viewerResolvers: Resolvers = {
  Query: { me: (_root, _args, ctx) => ctx.actor },
  Viewer: {
    displayName: (_viewer: Actor, _args, ctx) => ownName(ctx),
    user: (viewer: Actor, _args, ctx) => (viewer.kind === 'USER' ? userById(ctx, viewer.id) : null),
    dealerGroup: (viewer: Actor, _args, ctx) => dealerGroupById(ctx, viewer.tenantId),
    stores: (_viewer: Actor, _args, ctx) => ownStores(ctx),
    memberships: (_viewer: Actor, _args, ctx) => ownMemberships(ctx),
    grant: (viewer: Actor, _args, ctx) => supportGrantById(ctx, viewer.grant?.id ?? null),
  },
  ViewerMembership: {
    id: (own: MembershipRow) => encodeId('Membership', own.id),
    everyStore: (own: MembershipRow) => own.storeId === null,
    store: (own: MembershipRow, _args, ctx) => storeById(ctx, own.storeId),
    isWorn: (own: MembershipRow, _args, ctx) => own.id === ctx.actor.membershipId,
  },
}
