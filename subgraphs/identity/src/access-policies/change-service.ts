import { policyKnobNames, policyKnobs } from '@autora/shared/access'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { forbidden } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { type ApprovalRow, type ApprovedDeeds, openApproval } from '../approvals/index.js'
import { effectiveTime } from '../effective-time.js'
import { floorAt } from '../governance-rules/index.js'
import { scopeOf } from '../scope.js'
import {
  changeOf,
  demandLatest,
  namedKnobs,
  type PolicyChange,
  type PolicyWish,
  refuseBelowFloor,
} from './change.js'
import type { AccessPolicy } from './entity.js'
import { policiesOf } from './policy-service.js'
import { insertVersion, type NewPolicyVersion, selectStandingVersions } from './repository.js'

/** The policy somebody wants, and the newest version he read. */
export interface UpdateAccessPolicyInput extends PolicyWish {
  readonly version: number
  readonly effectiveFrom?: Date | null
  readonly reason?: string | null
}

/** What came of it: the policy as it is now, or the request that somebody else decides. */
export type PolicyOutcome = { readonly accessPolicy: AccessPolicy } | { readonly approval: ApprovalRow }

/**
 * Changes the policy of the caller's group. What only tightens is published at once, to hold now or later; what loosens
 * any knob is asked for. Asking for what already holds returns it and records no event.
 *
 * @throws {DomainError} ACCESS_DENIED - the caller answers for some stores only; the policy is the whole group's.
 * @throws {DomainError} CONFLICT - there is a newer version than the one that was read.
 * @throws {DomainError} INVALID - looser than the platform allows, out of range, or the time is.
 * @throws {DomainError} REASON_REQUIRED - a loosening without a reason.
 */
export async function updateAccessPolicy(
  ctx: RequestContext,
  input: UpdateAccessPolicyInput,
): Promise<PolicyOutcome> {
  if (ctx.actor.reach !== 'TENANT') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  const named = namedKnobs(input)
  const effectiveFrom = effectiveTime(input.effectiveFrom, ctx.clock.now())
  return ctx.tenant.write(async (tx) => {
    const { tenantId } = ctx.actor
    const standing = await selectStandingVersions(tx, scopeOf(ctx.actor), [tenantId], ctx.clock.now())
    demandLatest(standing, input.version)
    const change = changeOf(standing, named, effectiveFrom)
    refuseBelowFloor(change, await floorAt(tx, effectiveFrom))
    if (change.loosened.length > 0) return { approval: await askForLoosening(tx, ctx, input, change) }
    if (!change.isIdle)
      await publish(tx, ctx, {
        tenantId,
        version: input.version + 1,
        values: change.values,
        effectiveFrom,
        approvalId: null,
        reason: input.reason?.trim() || null,
      })
    const [accessPolicy] = await policiesOf(tx, ctx, [tenantId])
    if (!accessPolicy) throw forbidden()
    return { accessPolicy }
  })
}

function askForLoosening(
  tx: TenantTx,
  ctx: RequestContext,
  input: UpdateAccessPolicyInput,
  { values, before, loosened }: PolicyChange,
): Promise<ApprovalRow> {
  const { tenantId } = ctx.actor
  const effectiveFrom = input.effectiveFrom?.toISOString() ?? null
  const steps = loosened.map((knob) => `${policyKnobs[knob].title}: ${before[knob]} to ${values[knob]}`)
  return openApproval(tx, ctx, {
    action: 'accessPolicy:loosen',
    tenantId,
    subjectType: 'DealerGroup',
    subjectId: tenantId,
    storeIds: null,
    summary: `${steps.join('; ')}, ${effectiveFrom ? `from ${effectiveFrom}` : 'at once'}`,
    payload: { values, version: input.version, effectiveFrom },
    reason: input.reason ?? '',
  })
}

async function publish(tx: TenantTx, ctx: RequestContext, next: NewPolicyVersion): Promise<void> {
  await insertVersion(tx, next)
  const isScheduled = next.effectiveFrom > ctx.clock.now()
  const values = Object.fromEntries(policyKnobNames.map((knob) => [knob, next.values[knob]]))
  await recordAudit(tx, isScheduled ? 'accessPolicy.scheduled' : 'accessPolicy.updated', {
    targetId: next.tenantId,
    storeId: null,
    detail: { ...values, version: next.version, effectiveFrom: next.effectiveFrom.toISOString() },
  })
}

/** What an approval carries; written by this file alone. */
const looseningPayload = z.object({
  values: z.object({
    marketingContact: z.enum(policyKnobs.marketingContact.values),
    salesLeadVisibility: z.enum(policyKnobs.salesLeadVisibility.values),
    reveal: z.enum(policyKnobs.reveal.values),
    export: z.enum(policyKnobs.export.values),
    leadRetentionMonths: z.int(),
  }),
  version: z.int(),
  effectiveFrom: z.string().nullable(),
})

/** What approvals of policies carry out: exactly what was asked for, if nothing was published since and the floor allows it. */
export const accessPolicyDeeds: ApprovedDeeds = {
  'accessPolicy:loosen': async (tx, ctx, { tenantId, id, payload, reason }) => {
    const { values, version, effectiveFrom: wanted } = looseningPayload.parse(payload)
    const now = ctx.clock.now()
    const effectiveFrom = wanted !== null && new Date(wanted) > now ? new Date(wanted) : now
    const standing = await selectStandingVersions(tx, { tenantId, storeIds: null }, [tenantId], now)
    demandLatest(standing, version)
    refuseBelowFloor(changeOf(standing, values, effectiveFrom), await floorAt(tx, effectiveFrom))
    await publish(tx, ctx, { tenantId, version: version + 1, values, effectiveFrom, approvalId: id, reason })
  },
}
