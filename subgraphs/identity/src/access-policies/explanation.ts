import { isLooser, type PolicyKnob, policyKnobNames, policyKnobs, policyMeaning } from '@autora/shared/access'
import type { AccessPolicy } from './entity.js'

/** Why a knob has its value. */
export interface KnobExplanation {
  readonly knob: PolicyKnob
  readonly title: string
  readonly value: string
  readonly source: 'DEFAULT' | 'DEALER' | 'FLOOR'
  /** Of the policy or the rule that says so; null for a default. */
  readonly version: number | null
  readonly since: Date | null
  readonly meaning: string
  /** The rule that bounds the knob, whether or not it decides. */
  readonly bound: string | null
}

/** Explains one knob of a policy. */
function explainKnob(policy: AccessPolicy, knob: PolicyKnob): KnobExplanation {
  const { current, values, rules } = policy
  const rule = rules.find((candidate) => candidate.knob === knob)
  const said = current?.[knob] ?? policyKnobs[knob].usual
  const isBounded = isLooser(knob, said, values[knob])
  const source = isBounded ? 'FLOOR' : current ? 'DEALER' : 'DEFAULT'
  const origin = isBounded ? rule : current
  return {
    knob,
    title: policyKnobs[knob].title,
    value: String(values[knob]),
    source,
    version: origin?.version ?? null,
    since: origin?.effectiveFrom ?? null,
    meaning: policyMeaning(knob, values[knob]),
    bound: rule ? `${rule.title}: ${rule.explanation}` : null,
  }
}

/** Explains a policy: all of it, or to Marketing what concerns Marketing. */
export const explainPolicy = (policy: AccessPolicy, isForMarketing: boolean): readonly KnobExplanation[] =>
  policyKnobNames
    .filter((knob) => !isForMarketing || knob === 'marketingContact')
    .map((knob) => explainKnob(policy, knob))
