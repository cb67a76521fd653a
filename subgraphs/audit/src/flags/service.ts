import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, notFound } from '@autora/shared/errors'
import {
  type Connection,
  connection,
  decodeId,
  demandReason,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { type IncidentCategory, type IncidentRow, openIncident, words } from '../incidents/index.js'
import type { Decision, FlagConditions, FlagRow } from './entity.js'
import { countUndecided, flagById, insertDecision, listFlags } from './repository.js'

/** A decision as a client gives it. */
export interface DecisionWish {
  readonly flagId: string
  readonly decision: 'ACKNOWLEDGE' | 'DISMISS'
  readonly reason?: string | null
}

/** An incident to open from a flag. */
export interface EscalationWish {
  readonly flagId: string
  readonly category: IncidentCategory
  readonly summary: string
}

const eventOf = {
  ACKNOWLEDGED: 'flag.acknowledged',
  DISMISSED: 'flag.dismissed',
  ESCALATED: 'flag.escalated',
} as const

/** One page of the flags the caller may see, newest first. */
export async function flags(
  ctx: RequestContext,
  filter: FlagConditions,
  page: PageArguments,
): Promise<Connection<FlagRow>> {
  const request = pageRequest(page)
  const rows = await ctx.tenant.read((tx) => listFlags(tx, filter, request))
  return connection(rows, request, (row) => ({ at: row.last_at, id: row.id }))
}

/** How many flags wait for somebody, of those the caller may see. */
export const undecidedFlags = (ctx: RequestContext): Promise<number> =>
  ctx.tenant.read((tx) => countUndecided(tx))

/** A flag that may still be decided about. @throws {DomainError} NOT_FOUND - absent or foreign. ALREADY_DECIDED. */
async function openFlag(tx: TenantTx, id: string): Promise<FlagRow> {
  const uuid = decodeId('Flag', id)
  const flag = uuid && (await flagById(tx, uuid))
  if (!flag) throw notFound()
  if (flag.decision === 'DISMISSED' || flag.decision === 'ESCALATED') throw conflict('ALREADY_DECIDED')
  return flag
}

async function decide(tx: TenantTx, flag: FlagRow, decision: Decision): Promise<void> {
  await insertDecision(tx, flag, decision)
  await recordAudit(tx, eventOf[decision.decision], {
    targetId: flag.id,
    tenantId: flag.tenant_id,
    storeId: flag.store_id,
    detail: {
      rule: flag.rule,
      ruleVersion: flag.rule_version,
      amount: flag.amount,
      incident: decision.incidentId && encodeId('Incident', decision.incidentId),
    },
  })
}

/**
 * Says that somebody saw a flag, or that it means nothing.
 *
 * @throws {DomainError} NOT_FOUND - absent or foreign. ALREADY_DECIDED - it was dismissed or has become an incident.
 * @throws {DomainError} REASON_REQUIRED - a dismissal without one. CONFLICT - somebody was faster.
 */
export async function acknowledgeFlag(ctx: RequestContext, wish: DecisionWish): Promise<FlagRow> {
  const isDismissed = wish.decision === 'DISMISS'
  const reason = isDismissed || wish.reason ? demandReason(wish.reason) : null
  return ctx.tenant.write(async (tx) => {
    const flag = await openFlag(tx, wish.flagId)
    if (!isDismissed && flag.decision === 'ACKNOWLEDGED') return flag
    await decide(tx, flag, {
      decision: isDismissed ? 'DISMISSED' : 'ACKNOWLEDGED',
      reason,
      incidentId: null,
    })
    return openedAgain(tx, flag)
  })
}

/** The flag as it is after a decision. */
async function openedAgain(tx: TenantTx, { id }: FlagRow): Promise<FlagRow> {
  const flag = await flagById(tx, id)
  if (!flag) throw notFound()
  return flag
}

/**
 * Opens an incident from a flag, in the flag's tenant.
 * @throws {DomainError} NOT_FOUND, ALREADY_DECIDED, CONFLICT, INVALID - as for decisions and reports.
 */
export async function incidentFromFlag(ctx: RequestContext, wish: EscalationWish): Promise<IncidentRow> {
  const summary = words(wish.summary, 'summary')
  return ctx.tenant.write(async (tx) => {
    const flag = await openFlag(tx, wish.flagId)
    const incident = await openIncident(tx, {
      category: wish.category,
      summary,
      storeId: flag.store_id,
      leadId: null,
      tenantId: flag.tenant_id,
    })
    await decide(tx, flag, { decision: 'ESCALATED', reason: null, incidentId: incident.id })
    return incident
  })
}
