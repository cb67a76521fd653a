import type { PolicyFloor, PolicyKnob } from '@autora/shared/access'
import type { TenantTx } from '@autora/shared/database'
import type { GovernanceRuleRow, NewRuleVersion } from './entity.js'
import { floorColumn, readFloor } from './floor.js'

const columns = `
  r.id,
  r.knob,
  r.version,
  r.loosest,
  r.title,
  r.explanation,
  r.reason,
  r.effective_from as "effectiveFrom",
  r.published_at as "publishedAt",
  r.approval_id as "approvalId"`

/** Versions of rules that hold at a time or will later, retired ones included, by knob and version. */
export const selectStandingRules = (tx: TenantTx, at: Date) =>
  tx.query<GovernanceRuleRow>(
    `select ${columns}
       from identity.governance_rule r
      where not exists (
        select from identity.governance_rule later
         where later.tenant_id = r.tenant_id and later.knob = r.knob and later.version > r.version
           and later.effective_from <= greatest(r.effective_from, $1))
      order by r.knob, r.version`,
    [at],
  )

/** Every version of every rule, newest first. There are as many as owners ever agreed on: few. */
export const selectAllRules = (tx: TenantTx) =>
  tx.query<GovernanceRuleRow>(
    `select ${columns} from identity.governance_rule r order by r.published_at desc, r.id desc limit 500`,
  )

/** The newest version of the rule of a knob, retired or not. */
export async function selectNewestRule(
  tx: TenantTx,
  knob: PolicyKnob,
): Promise<GovernanceRuleRow | undefined> {
  const [row] = await tx.query<GovernanceRuleRow>(
    `select ${columns} from identity.governance_rule r where r.knob = $1 order by r.version desc limit 1`,
    [knob],
  )
  return row
}

/** The bounds of all knobs at a time. */
export async function selectFloor(tx: TenantTx, at: Date): Promise<PolicyFloor> {
  const [row] = await tx.query<{ floor: Record<string, string> | null }>(
    `select ${floorColumn('$1::timestamptz')} as floor`,
    [at],
  )
  return readFloor(row?.floor ?? null)
}

/** Adds a version. A number that is taken is refused as CONFLICT. */
export async function insertRule(tx: TenantTx, rule: NewRuleVersion): Promise<GovernanceRuleRow | undefined> {
  const [row] = await tx.query<GovernanceRuleRow>(
    `insert into identity.governance_rule as r
       (knob, version, loosest, title, explanation, reason, effective_from, approval_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     returning ${columns}`,
    [
      rule.knob,
      rule.version,
      rule.loosest,
      rule.title,
      rule.explanation,
      rule.reason,
      rule.effectiveFrom,
      rule.approvalId,
    ],
  )
  return row
}
