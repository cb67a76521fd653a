import type { PolicyKnob } from '@autora/shared/access'

/** One version of a rule as its statements return it. */
export interface GovernanceRuleRow {
  readonly id: string
  readonly knob: PolicyKnob
  readonly version: number
  /** The loosest value a group may choose; null: the rule is retired. */
  readonly loosest: string | null
  readonly title: string
  readonly explanation: string
  readonly reason: string
  readonly effectiveFrom: Date
  readonly publishedAt: Date
  readonly approvalId: string
}

/** A version that shall be published. */
export interface NewRuleVersion {
  readonly knob: PolicyKnob
  readonly version: number
  readonly loosest: string | null
  readonly title: string
  readonly explanation: string
  readonly reason: string
  readonly effectiveFrom: Date
  readonly approvalId: string
}
