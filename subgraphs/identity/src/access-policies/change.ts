import {
  looserKnobs,
  type PolicyFloor,
  type PolicyKnob,
  type PolicyValues,
  policyKnobNames,
  policyKnobs,
  readPolicyValue,
  usualPolicy,
} from '@autora/shared/access'
import { conflict, invalid } from '@autora/shared/errors'
import type { PolicyVersionRow } from './entity.js'

/** What a client wants of a policy; what is absent or null stays as it is. */
export interface PolicyWish extends Partial<{ readonly [Knob in PolicyKnob]: PolicyValues[Knob] | null }> {
  /** The older name of marketingContact: true is MASKED. */
  readonly marketingContactMasked?: boolean | null
}

/** The knobs alone, of anything that has them. */
export const valuesOf = (row: PolicyValues): PolicyValues => ({
  marketingContact: row.marketingContact,
  salesLeadVisibility: row.salesLeadVisibility,
  reveal: row.reveal,
  export: row.export,
  leadRetentionMonths: row.leadRetentionMonths,
})

/**
 * The knobs that somebody named, each with a value it has.
 *
 * @throws {DomainError} INVALID - a number out of range, or both names of marketingContact with different values.
 */
export function namedKnobs(wish: PolicyWish): Partial<PolicyValues> {
  const { marketingContactMasked: masked } = wish
  const older = masked === null || masked === undefined ? null : masked ? 'MASKED' : 'REDACTED'
  if (older && wish.marketingContact && older !== wish.marketingContact)
    throw invalid('INVALID', {
      field: ['marketingContactMasked'],
      message: 'marketingContact says otherwise.',
    })
  const named = policyKnobNames.flatMap((knob) => {
    const value = knob === 'marketingContact' ? (wish.marketingContact ?? older) : wish[knob]
    if (value === null || value === undefined) return []
    if (readPolicyValue(knob, String(value)) === null)
      throw invalid('INVALID', {
        field: [knob],
        message: `${policyKnobs[knob].title}: the value is out of range.`,
      })
    return [[knob, value]]
  })
  return Object.fromEntries(named)
}

/** What a change comes to. The floor is not in it: what a group says stays its word, and the floor bounds what is read. */
export interface PolicyChange {
  readonly values: PolicyValues
  /** What the group says at that time without the change. */
  readonly before: PolicyValues
  /** Knobs that show or allow more than they would without the change: a second person has to agree. */
  readonly loosened: readonly PolicyKnob[]
  /** Nothing would be different. */
  readonly isIdle: boolean
}

/** What a group says at a time: its newest version that holds then. */
const saidAt = (standing: readonly PolicyVersionRow[], at: Date): PolicyValues =>
  valuesOf(standing.findLast((version) => version.effectiveFrom <= at) ?? usualPolicy)

/**
 * Works out what a change comes to at its time. It follows the version that would hold then, and replaces every newer
 * one that was to hold later: to drop an announced tightening is a loosening, too.
 *
 * @param standing - the version in force and all newer ones, oldest first.
 */
export function changeOf(
  standing: readonly PolicyVersionRow[],
  named: Partial<PolicyValues>,
  effectiveFrom: Date,
): PolicyChange {
  const before = saidAt(standing, effectiveFrom)
  const replaced = standing.filter((version) => version.effectiveFrom > effectiveFrom)
  const values = { ...before, ...named }
  const loosened = new Set([before, ...replaced].flatMap((other) => looserKnobs(values, valuesOf(other))))
  return {
    values,
    before,
    loosened: policyKnobNames.filter((knob) => loosened.has(knob)),
    isIdle: replaced.length === 0 && policyKnobNames.every((knob) => values[knob] === before[knob]),
  }
}

/** @throws {DomainError} INVALID - naming the first knob that is changed and looser than the platform allows. */
export function refuseBelowFloor({ values, before }: PolicyChange, floor: PolicyFloor): void {
  const knob = looserKnobs(values, floor).find((candidate) => values[candidate] !== before[candidate])
  if (knob === undefined) return
  throw invalid('INVALID', {
    field: [knob],
    message: `${policyKnobs[knob].title}: the platform allows ${floor[knob]} at most.`,
  })
}

/** The newest version there is. @throws {DomainError} CONFLICT - it is not the one that was read. */
export function demandLatest(standing: readonly PolicyVersionRow[], version: number): void {
  if ((standing.at(-1)?.version ?? 0) !== version) throw conflict('CONFLICT')
}
