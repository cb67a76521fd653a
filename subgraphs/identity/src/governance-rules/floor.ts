import { type PolicyFloor, policyKnobNames, readPolicyValue } from '@autora/shared/access'

/** SQL of one column: the bounds at a time as an object of knob and loosest value; null when nothing is bounded. */
export const floorColumn = (at: string): string => `(
  select jsonb_object_agg(r.knob, r.loosest)
    from (select distinct on (knob) knob, loosest
            from identity.governance_rule
           where effective_from <= ${at}
           order by knob, version desc) r
   where r.loosest is not null)`

/** The floor as the column returns it. A value that no knob has bounds nothing, and cannot be published. */
export function readFloor(column: Readonly<Record<string, string>> | null): PolicyFloor {
  if (!column) return {}
  const bounds = policyKnobNames.flatMap((knob) => {
    const value = readPolicyValue(knob, column[knob] ?? '')
    return value === null ? [] : [[knob, value]]
  })
  return Object.fromEntries(bounds)
}
