import type { Principal } from '@autora/shared/access'
import { answer, type Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { approvalById } from '../approvals/index.js'
import type { DealerGroupRow } from '../dealer-groups/index.js'
import { userById } from '../users/index.js'
import type { PolicyWish } from './change.js'
import { type UpdateAccessPolicyInput, updateAccessPolicy } from './change-service.js'
import type { AccessPolicy, PolicyVersionRow } from './entity.js'
import { explainPolicy } from './explanation.js'
import { accessPolicyHistory, accessPolicyOf, ownAccessPolicy, previewPolicy } from './policy-service.js'

type HistoryArguments = PageArguments & { readonly dealerGroupId?: string | null }

/** One page of a group's history; null when a group is named that is none. */
async function history(ctx: RequestContext, { dealerGroupId, ...args }: HistoryArguments) {
  const page = pageRequest(args)
  const tenantId = dealerGroupId ? decodeId('DealerGroup', dealerGroupId) : ctx.actor.tenantId
  if (tenantId === null) return null
  const rows = await accessPolicyHistory(ctx, tenantId, page)
  return connection(rows, page, ({ publishedAt, version }) => ({ at: publishedAt, id: String(version) }))
}

/** GraphQL ⇄ use cases of access policies. */
export const accessPolicyResolvers: Resolvers = {
  Query: {
    accessPolicy: (_root, _args, ctx) => ownAccessPolicy(ctx),
    policyPreview: (_root, { input, role }: { input: PolicyWish; role: Principal }, ctx) =>
      previewPolicy(ctx, input, role),
    accessPolicyHistory: (_root, args: HistoryArguments, ctx) => history(ctx, args),
  },
  Mutation: {
    accessPolicyUpdate: (_root, { input }: { input: UpdateAccessPolicyInput }, ctx) =>
      answer(updateAccessPolicy(ctx, input), (outcome) => outcome),
  },
  DealerGroup: {
    accessPolicy: (group: DealerGroupRow, _args, ctx) => accessPolicyOf(ctx, group.id),
  },
  AccessPolicy: {
    marketingContactMasked: ({ values }: AccessPolicy) => values.marketingContact === 'MASKED',
    marketingContact: ({ values }: AccessPolicy) => values.marketingContact,
    salesLeadVisibility: ({ values }: AccessPolicy) => values.salesLeadVisibility,
    reveal: ({ values }: AccessPolicy) => values.reveal,
    export: ({ values }: AccessPolicy) => values.export,
    leadRetentionMonths: ({ values }: AccessPolicy) => values.leadRetentionMonths,
    version: ({ current }: AccessPolicy) => current?.version ?? 0,
    effectiveFrom: ({ current }: AccessPolicy) => current?.effectiveFrom ?? null,
    explanation: (policy: AccessPolicy, _args, ctx: RequestContext) =>
      explainPolicy(policy, ctx.actor.principal === 'DEALER_MARKETING'),
  },
  AccessPolicyVersion: {
    publishedBy: (version: PolicyVersionRow, _args, ctx) => userById(ctx, version.publishedBy),
    approval: (version: PolicyVersionRow, _args, ctx) => approvalById(ctx, version.approvalId),
  },
}
