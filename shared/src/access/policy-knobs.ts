/** One knob: its values from strict to loose, what holds unless somebody says otherwise, and who reads it. */
interface Choice {
  readonly title: string
  /** Strict first. */
  readonly values: readonly [string, string, ...string[]]
  readonly usual: string
  /** What each value means to the people concerned, in the order of the values. */
  readonly meanings: readonly [string, string, ...string[]]
  /** Where the value takes effect. */
  readonly readBy: string
}

/** A knob that is a number: smaller is stricter. */
interface Range {
  readonly title: string
  readonly strictest: number
  readonly loosest: number
  readonly usual: number
  readonly unit: string
  /** `{value}` stands for the number. */
  readonly meaning: string
  readonly readBy: string
}

/**
 * What a dealer group can decide for itself. The platform's governance rules bound each knob; a group may be stricter
 * than its bound and never looser. A new knob needs a column of identity.access_policy_version.
 */
export const policyKnobs = {
  marketingContact: {
    title: 'Contact data for Marketing',
    values: ['REDACTED', 'MASKED'],
    usual: 'REDACTED',
    meanings: [
      'Marketing sees no names, numbers and addresses of customers.',
      'Marketing sees initials and masked numbers and addresses of customers.',
    ],
    readBy: 'cell R~ of the class table',
  },
  salesLeadVisibility: {
    title: 'Leads that Sales sees',
    values: ['ASSIGNED', 'STORE'],
    usual: 'STORE',
    meanings: [
      'A salesperson sees his own leads and those that nobody has yet, with everything that belongs to them.',
      'A salesperson sees every lead of his store.',
    ],
    readBy: 'row policies of dealer_ops, through identity.sales_see_assigned_only()',
  },
  reveal: {
    title: 'Revealing a masked value',
    values: ['NOBODY', 'ADMIN', 'ADMIN_AND_ASSIGNED'],
    usual: 'ADMIN_AND_ASSIGNED',
    meanings: [
      'Nobody can reveal a masked value.',
      'A Dealer Admin can reveal a masked value, with a reason.',
      'A Dealer Admin and the assigned salesperson can reveal a masked value, with a reason.',
    ],
    readBy: 'action field:reveal',
  },
  export: {
    title: 'Exporting records',
    values: ['OFF', 'FOUR_EYES'],
    usual: 'FOUR_EYES',
    meanings: [
      'Records cannot be exported.',
      'A Dealer Admin can export records when a second one approves it.',
    ],
    readBy: 'action record:export',
  },
  leadRetentionMonths: {
    title: 'Keeping lost leads',
    strictest: 1,
    loosest: 24,
    usual: 6,
    unit: 'months',
    meaning: 'A lost lead leads to a person for {value} months at most.',
    readBy: 'the retention job, once it is served',
  },
} as const satisfies Record<string, Choice | Range>

/** Name of a knob. */
export type PolicyKnob = keyof typeof policyKnobs

/** A value for every knob. */
export type PolicyValues = {
  readonly [Knob in PolicyKnob]: (typeof policyKnobs)[Knob] extends {
    readonly values: readonly (infer Value)[]
  }
    ? Value
    : number
}

/** All knobs, in the order of the table. */
export const policyKnobNames = Object.keys(policyKnobs) as readonly PolicyKnob[]
