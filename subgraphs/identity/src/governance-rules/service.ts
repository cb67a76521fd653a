import {
  type PolicyFloor,
  type PolicyKnob,
  policyKnobNames,
  policyKnobs,
  readPolicyValue,
} from '@autora/shared/access'
import { PLATFORM_TENANT } from '@autora/shared/actor'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { type ApprovalRow, type ApprovedDeeds, openApproval } from '../approvals/index.js'
import { effectiveTime } from '../effective-time.js'
import type { GovernanceRuleRow } from './entity.js'
import {
  insertRule,
  selectAllRules,
  selectFloor,
  selectNewestRule,
  selectStandingRules,
} from './repository.js'

/** The bounds of all knobs at a time, in the caller's transaction. */
export const floorAt = (tx: TenantTx, at: Date): Promise<PolicyFloor> => selectFloor(tx, at)

/** The rules that hold at a time, without the retired ones, in the caller's transaction. */
export const rulesInForce = async (tx: TenantTx, at: Date): Promise<readonly GovernanceRuleRow[]> =>
  (await selectStandingRules(tx, at)).filter((rule) => rule.effectiveFrom <= at && rule.loosest !== null)

/** Rules that hold or are announced; with `all` every version there ever was, newest first. */
export const listRules = (ctx: RequestContext, all: boolean): Promise<GovernanceRuleRow[]> =>
  ctx.tenant.read(async (tx) => {
    const now = ctx.clock.now()
    if (all) return selectAllRules(tx)
    const standing = await selectStandingRules(tx, now)
    return standing.filter((rule) => rule.loosest !== null || rule.effectiveFrom > now)
  })

/** A rule as an owner wants it. */
export interface RuleWish {
  readonly knob: PolicyKnob
  readonly loosest: string
  readonly title: string
  readonly explanation: string
  readonly reason: string
  /** The newest version he read; 0 when there is none. */
  readonly version: number
  readonly effectiveFrom?: Date | null
}

/** The end of a rule as an owner wants it. */
export type RetireWish = Pick<RuleWish, 'knob' | 'reason' | 'version' | 'effectiveFrom'>

function text(value: string, field: string, [least, most]: readonly [number, number]): string {
  const trimmed = value.trim()
  const { length } = [...trimmed]
  if (length >= least && length <= most && !/[^\P{Cc}\n]/u.test(trimmed)) return trimmed
  throw invalid('INVALID', { field: [field], message: `${field} must have ${least} to ${most} characters.` })
}

function demandVersion(newest: GovernanceRuleRow | undefined, version: number): void {
  if ((newest?.version ?? 0) !== version) throw conflict('CONFLICT', { field: ['version'] })
}

/**
 * Asks for a rule, new or changed. It holds once another owner has approved it.
 *
 * @throws {DomainError} INVALID - the knob has no such value, a text is too short or long, a time out of range.
 * @throws {DomainError} CONFLICT - the rule has another version than the one that was read.
 * @throws {DomainError} REASON_REQUIRED - the reason does not have 10 to 500 characters.
 */
export async function publishRule(ctx: RequestContext, wish: RuleWish): Promise<ApprovalRow> {
  const { knob, loosest, reason, version } = wish
  if (readPolicyValue(knob, loosest) === null)
    throw invalid('INVALID', {
      field: ['loosest'],
      message: `${policyKnobs[knob].title} has no value of this name.`,
    })
  const title = text(wish.title, 'title', [3, 120])
  const explanation = text(wish.explanation, 'explanation', [10, 1000])
  if (wish.effectiveFrom) effectiveTime(wish.effectiveFrom, ctx.clock.now())
  const effectiveFrom = wish.effectiveFrom?.toISOString() ?? null
  return ctx.tenant.write(async (tx) => {
    demandVersion(await selectNewestRule(tx, knob), version)
    return openApproval(tx, ctx, {
      action: 'governanceRule:publish',
      tenantId: PLATFORM_TENANT,
      subjectType: 'GovernanceRule',
      subjectId: PLATFORM_TENANT,
      storeIds: null,
      summary: `${policyKnobs[knob].title}: no group looser than ${loosest}, ${effectiveFrom ? `from ${effectiveFrom}` : 'at once'}`,
      payload: { knob, loosest, title, explanation, version, effectiveFrom },
      reason,
    })
  })
}

/**
 * Asks for the end of a rule.
 *
 * @throws {DomainError} NOT_FOUND - the knob has no rule, or it is retired already.
 * @throws {DomainError} CONFLICT, REASON_REQUIRED, INVALID - as for a rule that is published.
 */
export async function retireRule(ctx: RequestContext, wish: RetireWish): Promise<ApprovalRow> {
  const { knob, reason, version } = wish
  if (wish.effectiveFrom) effectiveTime(wish.effectiveFrom, ctx.clock.now())
  const effectiveFrom = wish.effectiveFrom?.toISOString() ?? null
  return ctx.tenant.write(async (tx) => {
    const newest = await selectNewestRule(tx, knob)
    if (!newest || newest.loosest === null) throw notFound()
    demandVersion(newest, version)
    return openApproval(tx, ctx, {
      action: 'governanceRule:retire',
      tenantId: PLATFORM_TENANT,
      subjectType: 'GovernanceRule',
      subjectId: newest.id,
      storeIds: null,
      summary: `${policyKnobs[knob].title}: groups are bounded no more, ${effectiveFrom ? `from ${effectiveFrom}` : 'at once'}`,
      payload: {
        knob,
        loosest: null,
        title: newest.title,
        explanation: newest.explanation,
        version,
        effectiveFrom,
      },
      reason,
    })
  })
}

/** What an approval carries; written by this file alone. */
const rulePayload = z.object({
  knob: z.enum(policyKnobNames),
  loosest: z.string().nullable(),
  title: z.string(),
  explanation: z.string(),
  version: z.int(),
  effectiveFrom: z.string().nullable(),
})

async function carryOut(tx: TenantTx, ctx: RequestContext, approval: ApprovalRow): Promise<void> {
  const wish = rulePayload.parse(approval.payload)
  const now = ctx.clock.now()
  const wanted = wish.effectiveFrom === null ? now : new Date(wish.effectiveFrom)
  demandVersion(await selectNewestRule(tx, wish.knob), wish.version)
  const rule = await insertRule(tx, {
    ...wish,
    version: wish.version + 1,
    reason: approval.reason,
    effectiveFrom: wanted > now ? wanted : now,
    approvalId: approval.id,
  })
  if (!rule) throw notFound()
  const { knob, loosest, version, effectiveFrom } = rule
  await recordAudit(tx, loosest === null ? 'governanceRule.retired' : 'governanceRule.published', {
    targetId: rule.id,
    storeId: null,
    detail: { knob, loosest, version, effectiveFrom: effectiveFrom.toISOString() },
  })
}

/** What approvals of rules carry out; the version that was read is checked again. */
export const governanceRuleDeeds: ApprovedDeeds = {
  'governanceRule:publish': carryOut,
  'governanceRule:retire': carryOut,
}
