import { type PolicyValues, usualPolicy, withinFloor } from '@autora/shared/access'
import { floorColumn, readFloor } from '../governance-rules/index.js'
import type { PolicyFacts } from './entity.js'

/** The columns of all knobs by their names. */
export const knobColumns = (row: string): readonly (readonly [name: string, column: string])[] => [
  ['marketingContact', `${row}.marketing_contact`],
  ['salesLeadVisibility', `${row}.sales_lead_visibility`],
  ['reveal', `${row}.reveal`],
  ['export', `${row}.export`],
  ['leadRetentionMonths', `${row}.lead_retention_months`],
]

/**
 * SQL of the two columns of `PolicyFacts`: what a group said that holds at a time, and the floor at that time. For the
 * statements that find out who somebody is, so that they stay one statement.
 */
export const policyFacts = (tenantId: string, at: string): string => `(
  select jsonb_build_object('version', p.version, ${knobColumns('p')
    .map(([name, column]) => `'${name}', ${column}`)
    .join(', ')})
    from identity.access_policy_version p
   where p.tenant_id = ${tenantId} and p.effective_from <= ${at}
   order by p.version desc
   limit 1) as "policyVersion",
  ${floorColumn(at)} as "policyFloor"`

/** SQL of when a policy or a rule that was published ahead begins to hold; null when none waits. */
export const nextPolicyChange = (tenantId: string, at: string): string => `least(
  (select min(v.effective_from) from identity.access_policy_version v
    where v.tenant_id = ${tenantId} and v.effective_from > ${at}),
  (select min(r.effective_from) from identity.governance_rule r where r.effective_from > ${at}))`

/** The policy that an actor carries: what his group said, within the floor. */
export function policyInForce({ policyVersion, policyFloor }: PolicyFacts): {
  readonly version: number
} & PolicyValues {
  const { version, ...values } = policyVersion ?? { version: 0, ...usualPolicy }
  return { version, ...withinFloor(values, readFloor(policyFloor)) }
}
