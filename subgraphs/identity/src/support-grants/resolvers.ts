import { answer, type Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { dealerGroupById } from '../dealer-groups/index.js'
import { present } from '../load.js'
import { storeById } from '../stores/index.js'
import { userById } from '../users/index.js'
import { askToBreakGlass } from './break-glass-service.js'
import type { SupportGrantRow } from './entity.js'
import { offerSupportGrant, takeUpSupportGrant } from './offer-service.js'
import type { PermitInput } from './permit.js'
import {
  decideSupportGrant,
  listSupportGrants,
  requestSupportGrant,
  revokeAllSupportGrants,
  revokeSupportGrant,
  supportGrantById,
  supportGrantStatus,
} from './service.js'
import { startSupportSession } from './session-service.js'

/** A permit as GraphQL hands it over. */
interface GivenPermit extends PermitInput {
  readonly dealerGroupId: string
  readonly storeIds: readonly string[]
}

/** The input of a mutation. */
interface Given<Input> {
  readonly input: Input
}

const decoded = (input: GivenPermit): PermitInput => ({
  ...input,
  dealerGroupId: decodeId('DealerGroup', input.dealerGroupId),
  storeIds: decodedStores(input),
})

const decodedStores = ({ storeIds }: Pick<GivenPermit, 'storeIds'>) =>
  storeIds.map((id) => decodeId('Store', id))

const payload = (supportGrant: SupportGrantRow) => ({ supportGrant })
const grantId = ({ input }: Given<{ id: string }>) => decodeId('SupportGrant', input.id)

const mutations: Resolvers[string] = {
  supportGrantRequest: (_root, { input }: Given<GivenPermit>, ctx: RequestContext) =>
    answer(requestSupportGrant(ctx, decoded(input)), payload),
  supportGrantDecide: (_root, args: Given<{ id: string; approve: boolean }>, ctx: RequestContext) =>
    answer(decideSupportGrant(ctx, grantId(args), args.input.approve), payload),
  supportGrantRevoke: (_root, args: Given<{ id: string }>, ctx: RequestContext) =>
    answer(revokeSupportGrant(ctx, grantId(args)), payload),
  supportGrantRevokeAll: (_root, _args, ctx: RequestContext) =>
    answer(revokeAllSupportGrants(ctx), (supportGrants) => ({ supportGrants })),
  supportGrantInvite: (_root, { input }: Given<GivenPermit>, ctx: RequestContext) =>
    answer(offerSupportGrant(ctx, { ...input, storeIds: decodedStores(input) }), payload),
  supportGrantTakeUp: (_root, args: Given<{ id: string }>, ctx: RequestContext) =>
    answer(takeUpSupportGrant(ctx, grantId(args)), payload),
  supportSessionStart: (_root, { input }: Given<{ grantId: string }>, ctx: RequestContext) =>
    answer(startSupportSession(ctx, decodeId('SupportGrant', input.grantId)), (session) => session),
  breakGlassStart: (_root, { input }: Given<GivenPermit>, ctx: RequestContext) =>
    answer(askToBreakGlass(ctx, decoded(input)), (approval) => ({ approval, supportGrant: null })),
}

/** GraphQL ⇄ use cases of support grants. */
export const supportGrantResolvers: Resolvers = {
  Query: {
    async supportGrants(_root, args: PageArguments, ctx) {
      const page = pageRequest(args)
      return connection(await listSupportGrants(ctx, page), page, ({ id, requestedAt: at }) => ({ id, at }))
    },
  },
  Mutation: mutations,
  SupportGrant: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      supportGrantById(ctx, decodeId('SupportGrant', id)),
    id: (grant: SupportGrantRow) => encodeId('SupportGrant', grant.id),
    status: (grant: SupportGrantRow, _args, ctx) => supportGrantStatus(grant, ctx.clock.now()),
    supporterId: (grant: SupportGrantRow) => grant.userId && encodeId('User', grant.userId),
    requestedBy: (grant: SupportGrantRow, _args, ctx) => userById(ctx, grant.userId),
    offeredBy: (grant: SupportGrantRow, _args, ctx) => userById(ctx, grant.offeredBy),
    decidedBy: (grant: SupportGrantRow, _args, ctx) => userById(ctx, grant.decidedBy),
    dealerGroup: (grant: SupportGrantRow, _args, ctx) => dealerGroupById(ctx, grant.tenantId),
    stores: (grant: SupportGrantRow, _args, ctx) => present(grant.storeIds.map((id) => storeById(ctx, id))),
  },
}
