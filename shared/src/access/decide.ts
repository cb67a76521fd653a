import { grantAllows } from './capabilities.js'
import type { Reach } from './cell.js'
import { type ClassCell, classTable, column, type DataClass } from './classes.js'
import { fourEyesActions } from './four-eyes.js'
import { type Action, matrix } from './matrix.js'
import type { PartnerScope } from './principals.js'
import type { AccessProfile } from './profile.js'

/** Why something was refused or hidden, in a form that names no row and no other tenant. */
export type DenialReason =
  | 'ROLE_NOT_ALLOWED'
  | 'GRANT_REQUIRED'
  | 'CAPABILITY_MISSING'
  | 'AGGREGATE_ONLY'
  | 'SCOPE_MISSING'
  | 'APPROVAL_REQUIRED'
  | 'CLASS_DENIED'
  | 'POLICY_NOT_ALLOWED'
  | 'VIEW_AS_READ_ONLY'
  | 'VIEW_AS_NOT_ALLOWED'

/** The answer to: may this actor do this, and how far? */
export type ActionDecision =
  | {
      readonly allowed: true
      readonly reach: Reach
      readonly aggregateOnly: boolean
      /** The deed may be asked for, and not be done, before somebody else has approved it. */
      readonly needsApproval: boolean
    }
  | { readonly allowed: false; readonly reason: DenialReason; readonly scope?: PartnerScope }

/** Actions that a local policy can close, and for whom. */
const closedByPolicy: Partial<Record<Action, (profile: AccessProfile) => boolean>> = {
  'field:reveal': ({ reveal, principal }) =>
    reveal === 'NOBODY' || (reveal === 'ADMIN' && principal === 'DEALER_SALES'),
  'record:export': (profile) => profile.export === 'OFF',
}

const reaches: readonly Reach[] = ['A', 'G', 'S', 'O', 'X']

/**
 * Whether an actor may do something, and how far. A profile that is limited by another gets what both allow.
 */
export function decideAction(action: Action, profile: AccessProfile): ActionDecision {
  const own = decideCell(action, profile)
  if (!profile.limitedBy || !own.allowed) return own
  const other = decideAction(action, profile.limitedBy)
  if (!other.allowed) return other
  return {
    allowed: true,
    reach: reaches[Math.max(reaches.indexOf(own.reach), reaches.indexOf(other.reach))] ?? 'X',
    aggregateOnly: own.aggregateOnly || other.aggregateOnly,
    needsApproval: own.needsApproval || other.needsApproval,
  }
}

/**
 * Reads one cell of the matrix for one actor. A cell that needs a second pair of eyes is allowed where the deed opens an
 * approval (`fourEyesActions`), and says so (`needsApproval`): the deed itself is then never carried out at once. Under a
 * grant only what the grant names is done besides reading.
 */
function decideCell(action: Action, profile: AccessProfile): ActionDecision {
  const cell: string | null = matrix[action][column[profile.principal]] ?? null
  if (cell === null) return { allowed: false, reason: 'ROLE_NOT_ALLOWED' }
  const [reach, ...needs] = cell.split(' ') as [Reach, ...string[]]
  const needsApproval = needs.includes('4')
  if (needsApproval && !fourEyesActions.has(action)) return { allowed: false, reason: 'APPROVAL_REQUIRED' }
  const hasGrant = profile.grant !== null
  const breaksGlass = needs.includes('!')
  if (!hasGrant && (needs.includes('g') || (breaksGlass && !needs.includes('k'))))
    return { allowed: false, reason: 'GRANT_REQUIRED' }
  if (hasGrant && !grantAllows(action, profile.capabilities ?? []))
    return { allowed: false, reason: 'CAPABILITY_MISSING' }
  const scope = needs.find((need): need is PartnerScope => need.includes(':'))
  if (scope && !profile.scopes.includes(scope)) return { allowed: false, reason: 'SCOPE_MISSING', scope }
  if (closedByPolicy[action]?.(profile)) return { allowed: false, reason: 'POLICY_NOT_ALLOWED' }
  const aggregateOnly = needs.includes('k') && !(breaksGlass && hasGrant)
  return { allowed: true, reach, aggregateOnly, needsApproval }
}

/** What happens to a field of a class: shown, masked, null with a reason, or an error. */
export type Visibility = 'CLEAR' | 'MASKED' | 'REDACTED' | 'DENIED'

const plain: Partial<Record<ClassCell, Visibility>> = {
  C: 'CLEAR',
  M: 'MASKED',
  R: 'REDACTED',
  '-': 'DENIED',
  k: 'DENIED',
}

const strictness: readonly Visibility[] = ['CLEAR', 'MASKED', 'REDACTED', 'DENIED']

/** Whether `one` shows less than `other`. */
export const isStricter = (one: Visibility, other: Visibility): boolean =>
  strictness.indexOf(one) > strictness.indexOf(other)

/** How a class is shown to an actor; to one whose profile is limited by another, the stricter of both. */
export function decideClass(dataClass: DataClass, profile: AccessProfile): Visibility {
  const own = decideClassCell(dataClass, profile)
  if (!profile.limitedBy) return own
  const other = decideClass(dataClass, profile.limitedBy)
  return isStricter(other, own) ? other : own
}

/** Reads one cell of the class table for one actor. */
function decideClassCell(dataClass: DataClass, profile: AccessProfile): Visibility {
  const cell: ClassCell = classTable[dataClass][column[profile.principal]] ?? '-'
  const fixed = plain[cell]
  if (fixed) return fixed
  if (cell === 'R~') return profile.marketingContactMasked ? 'MASKED' : 'REDACTED'
  if (cell === 'M+')
    return profile.grant === 'CLEAR' ? 'CLEAR' : profile.grant === 'MASKED' ? 'MASKED' : 'REDACTED'
  if (cell === '-!' && profile.grant === 'MASKED') return 'MASKED'
  if (cell === '-+' || cell === '-!') return profile.grant === 'CLEAR' ? 'CLEAR' : 'DENIED'
  const [otherwise, scope] = cell.split('/') as ['M' | '-', PartnerScope]
  if (profile.scopes.includes(scope)) return 'CLEAR'
  return otherwise === 'M' ? 'MASKED' : 'DENIED'
}

/** The rule that hid a field, as a client may quote it: `class:CONTACT/DEALER_MARKETING`. */
export const policyId = (dataClass: DataClass, profile: AccessProfile): string =>
  `class:${dataClass}/${profile.principal}`

/** What the schema says of one field: the deed it belongs to and the class of what it holds. */
export interface FieldRule {
  readonly action: Action
  readonly dataClass: DataClass
}

/** The answer for one field: how it is shown, and why when it is not. */
export type FieldDecision =
  | { readonly visibility: 'CLEAR' | 'MASKED' }
  | { readonly visibility: 'REDACTED' | 'DENIED'; readonly reason: DenialReason; readonly policy: string }

/**
 * Joins both tables: a field is shown when its action is allowed and its class is visible to the actor. For a profile
 * that is limited by another the stricter decision holds.
 */
export function decideField(rule: FieldRule, profile: AccessProfile): FieldDecision {
  const own = decideOwnField(rule, profile)
  if (!profile.limitedBy) return own
  const other = decideField(rule, profile.limitedBy)
  return isStricter(other.visibility, own.visibility) ? other : own
}

function decideOwnField(rule: FieldRule, profile: AccessProfile): FieldDecision {
  const policy = policyId(rule.dataClass, profile)
  const action = decideCell(rule.action, profile)
  if (!action.allowed)
    return {
      visibility: 'DENIED',
      reason: action.reason,
      policy: `action:${rule.action}/${profile.principal}`,
    }
  if (action.aggregateOnly && rule.dataClass !== 'AGGREGATE')
    return { visibility: 'DENIED', reason: 'AGGREGATE_ONLY', policy }
  const visibility = decideClassCell(rule.dataClass, profile)
  if (visibility === 'CLEAR' || visibility === 'MASKED') return { visibility }
  return { visibility, reason: 'CLASS_DENIED', policy }
}
