import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Decision, FlagConditions, FlagRow } from './entity.js'

const undecided = `not exists (
  select from audit.flag_decision d where d.tenant_id = f.tenant_id and d.flag_id = f.id)`

const flags = `
  select f.tenant_id, f.id, f.rule, f.rule_version, f.severity, f.about, f.store_id, f.amount::float8 as amount,
         f.first_event::text, f.last_event::text, ${exactTime('f.first_at')} as first_at,
         ${exactTime('f.last_at')} as last_at, d.decision, ${exactTime('d.decided_at')} as decided_at, d.incident_id
    from audit.flag f
    left join lateral (
      select decision, decided_at, incident_id from audit.flag_decision
       where tenant_id = f.tenant_id and flag_id = f.id
       order by decision = 'ACKNOWLEDGED', audit.flag_decision.decided_at desc limit 1) d on true`

/** One page of flags, newest first, one row more than asked for. */
export async function listFlags(
  tx: TenantTx,
  { rule, severity, isUndecided }: FlagConditions,
  page: PageRequest,
): Promise<FlagRow[]> {
  const values: SqlValue[] = [page.limit + 1, rule ?? null, severity ?? null]
  if (page.before) values.push(page.before.at, page.before.id)
  return tx.query<FlagRow>(
    `${flags}
      where ($2::text is null or f.rule = $2) and ($3::text is null or f.severity = $3)
        and ${isUndecided ? undecided : 'true'}
        and ${page.before ? '(f.last_at, f.id) < ($4::timestamptz, $5::uuid)' : 'true'}
      order by f.last_at desc, f.id desc limit $1`,
    values,
  )
}

/** One flag the caller can see. */
export async function flagById(tx: TenantTx, id: string): Promise<FlagRow | null> {
  const [row] = await tx.query<FlagRow>(`${flags} where f.id = $1`, [id])
  return row ?? null
}

/** How many flags nobody decided about. */
export async function countUndecided(tx: TenantTx): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::int as n from audit.flag f where ${undecided}`,
  )
  return row?.n ?? 0
}

/** Keeps a decision with the flag as it was. A second final one is refused by the database as CONFLICT. */
export const insertDecision = (
  tx: TenantTx,
  flag: FlagRow,
  { decision, reason, incidentId }: Decision,
): Promise<unknown[]> =>
  tx.query(
    `insert into audit.flag_decision (tenant_id, flag_id, decision, reason, incident_id, rule, rule_version, severity, amount)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      flag.tenant_id,
      flag.id,
      decision,
      reason,
      incidentId,
      flag.rule,
      flag.rule_version,
      flag.severity,
      flag.amount,
    ],
  )
