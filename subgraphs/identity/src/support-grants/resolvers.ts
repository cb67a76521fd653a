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
import type { SupportGrantRow } from './entity.js'
import {
  decideSupportGrant,
  listSupportGrants,
  type RequestSupportGrantInput,
  requestSupportGrant,
  revokeSupportGrant,
  supportGrantById,
  supportGrantStatus,
} from './service.js'

/** `supportGrantRequest(input:)` as GraphQL hands it over. */
interface RequestInput extends RequestSupportGrantInput {
  readonly dealerGroupId: string
  readonly storeIds: readonly string[]
}

const decoded = (input: RequestInput): RequestSupportGrantInput => ({
  ...input,
  dealerGroupId: decodeId('DealerGroup', input.dealerGroupId),
  storeIds: input.storeIds.map((id) => decodeId('Store', id)),
})

const payload = (supportGrant: SupportGrantRow) => ({ supportGrant })

const mutations: Resolvers[string] = {
  supportGrantRequest: (_root, { input }: { input: RequestInput }, ctx: RequestContext) =>
    answer(requestSupportGrant(ctx, decoded(input)), payload),
  supportGrantDecide: (_root, { input }: { input: { id: string; approve: boolean } }, ctx: RequestContext) =>
    answer(decideSupportGrant(ctx, decodeId('SupportGrant', input.id), input.approve), payload),
  supportGrantRevoke: (_root, { input }: { input: { id: string } }, ctx: RequestContext) =>
    answer(revokeSupportGrant(ctx, decodeId('SupportGrant', input.id)), payload),
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
    requestedBy: (grant: SupportGrantRow, _args, ctx) => userById(ctx, grant.userId),
    decidedBy: (grant: SupportGrantRow, _args, ctx) => userById(ctx, grant.decidedBy),
    dealerGroup: (grant: SupportGrantRow, _args, ctx) => dealerGroupById(ctx, grant.tenantId),
    stores: (grant: SupportGrantRow, _args, ctx) => present(grant.storeIds.map((id) => storeById(ctx, id))),
  },
}
