import { type PolicyKnob, type PolicyValues, policyKnobNames, policyKnobs } from './policy-knobs.js'

/** The loosest value the platform allows, for each knob that a governance rule bounds. */
export type PolicyFloor = Partial<PolicyValues>

/** What holds for a group that has decided nothing. */
export const usualPolicy: PolicyValues = {
  marketingContact: policyKnobs.marketingContact.usual,
  salesLeadVisibility: policyKnobs.salesLeadVisibility.usual,
  reveal: policyKnobs.reveal.usual,
  export: policyKnobs.export.usual,
  leadRetentionMonths: policyKnobs.leadRetentionMonths.usual,
}

/** How loose a value is: the greater, the looser. Comparable within one knob only. */
function looseness(knob: PolicyKnob, value: string | number): number {
  const { [knob]: table } = policyKnobs
  return 'values' in table ? (table.values as readonly (string | number)[]).indexOf(value) : Number(value)
}

/** Whether `value` shows or allows more than `other`. */
export const isLooser = (knob: PolicyKnob, value: string | number, other: string | number): boolean =>
  looseness(knob, value) > looseness(knob, other)

/** Knobs that are looser in `values` than in `others`, in the order of the table. */
export const looserKnobs = (values: PolicyValues, others: PolicyFloor): readonly PolicyKnob[] =>
  policyKnobNames.filter((knob) => {
    const other = others[knob]
    return other !== undefined && isLooser(knob, values[knob], other)
  })

/** The stricter of both for every knob: what a group decided, within what the platform allows. */
export const withinFloor = (values: PolicyValues, floor: PolicyFloor): PolicyValues => {
  const bounded = looserKnobs(values, floor).map((knob) => [knob, floor[knob]])
  return bounded.length === 0 ? values : { ...values, ...Object.fromEntries(bounded) }
}

/** Reads the value of a knob from text; null when the knob has no such value. */
export function readPolicyValue<Knob extends PolicyKnob>(
  knob: Knob,
  text: string,
): PolicyValues[Knob] | null {
  const table = policyKnobs[knob]
  if ('values' in table)
    return ((table.values as readonly string[]).find((value) => value === text) as PolicyValues[Knob]) ?? null
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return number >= table.strictest && number <= table.loosest ? (number as PolicyValues[Knob]) : null
}

/** One sentence that says what a value means. */
export function policyMeaning(knob: PolicyKnob, value: string | number): string {
  const table = policyKnobs[knob]
  if ('values' in table) return table.meanings[looseness(knob, value)] ?? ''
  return table.meaning.replace('{value}', String(value))
}
