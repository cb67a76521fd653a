import {
  type AccessProfile,
  actions,
  decideAction,
  decideField,
  graphRules,
  type PolicyValues,
  type Principal,
  policyMeaning,
  type Visibility,
} from '@autora/shared/access'

/** Something that is otherwise for a role once a policy is published. */
export interface PreviewChange {
  readonly kind: 'FIELD' | 'DEED' | 'ROWS' | 'RETENTION'
  /** A coordinate of the graph, a deed of the matrix, or a type. */
  readonly subject: string
  readonly before: string
  readonly after: string
  readonly sentence: string
}

const words: Readonly<Record<Visibility, string>> = {
  CLEAR: 'shown',
  MASKED: 'shown masked',
  REDACTED: 'hidden, with the reason told',
  DENIED: 'refused',
}

/** What hangs on a lead, and is seen where the lead is. */
const seenWithLeads = ['Appointment', 'Conversation', 'Customer', 'Lead', 'Message'] as const

const profileOf = (principal: Principal, values: PolicyValues): AccessProfile => ({
  principal,
  grant: null,
  scopes: [],
  marketingContactMasked: values.marketingContact === 'MASKED',
  reveal: values.reveal,
  export: values.export,
})

function fieldChanges(before: AccessProfile, after: AccessProfile): PreviewChange[] {
  return [...graphRules].flatMap(([subject, rule]) => {
    const [then, now] = [decideField(rule, before).visibility, decideField(rule, after).visibility]
    if (then === now) return []
    const sentence = `${subject} is ${words[now]}; until now it is ${words[then]}.`
    return [{ kind: 'FIELD', subject, before: then, after: now, sentence }]
  })
}

function deedChanges(before: AccessProfile, after: AccessProfile): PreviewChange[] {
  const said = (profile: AccessProfile, action: (typeof actions)[number]) =>
    decideAction(action, profile).allowed ? 'ALLOWED' : 'DENIED'
  return actions.flatMap((subject) => {
    const [then, now] = [said(before, subject), said(after, subject)]
    if (then === now) return []
    const sentence =
      now === 'ALLOWED' ? `${subject} becomes possible.` : `${subject} is refused from then on.`
    return [{ kind: 'DEED', subject, before: then, after: now, sentence }]
  })
}

/**
 * What changes for a role when one policy follows another. It asks the very function that gateway and subgraphs ask, for
 * every field of the graph and every deed of the matrix.
 */
export function previewChanges(
  role: Principal,
  before: PolicyValues,
  after: PolicyValues,
): readonly PreviewChange[] {
  const [then, now] = [profileOf(role, before), profileOf(role, after)]
  const rows =
    role === 'DEALER_SALES' && before.salesLeadVisibility !== after.salesLeadVisibility ? seenWithLeads : []
  const isKeptOtherwise = before.leadRetentionMonths !== after.leadRetentionMonths
  return [
    ...fieldChanges(then, now),
    ...deedChanges(then, now),
    ...rows.map((subject) => ({
      kind: 'ROWS' as const,
      subject,
      before: before.salesLeadVisibility,
      after: after.salesLeadVisibility,
      sentence: policyMeaning('salesLeadVisibility', after.salesLeadVisibility),
    })),
    ...(isKeptOtherwise ? ['Lead'] : []).map((subject) => ({
      kind: 'RETENTION' as const,
      subject,
      before: String(before.leadRetentionMonths),
      after: String(after.leadRetentionMonths),
      sentence: policyMeaning('leadRetentionMonths', after.leadRetentionMonths),
    })),
  ]
}
