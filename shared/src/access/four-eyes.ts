import type { Action } from './matrix.js'

/**
 * Actions that a second pair of eyes lets happen: their mutations open an approval instead of acting. An action with a
 * `4` that is not listed is refused, so that a deed can never slip through for want of an approval.
 */
export const fourEyesActions: ReadonlySet<Action> = new Set<Action>([
  'apiKey:create',
  'auditExport:ask', // a request of its own, which another owner approves where it was asked for
  'auditTrail:export', // of the owner nothing but what was approved so
  'breakGlass:start',
  'dealerGroup:create',
  'dealerGroup:suspend',
  'governanceRule:publish',
  'membership:grant',
  'membership:revoke',
  'store:suspend',
  'subject:erase', // an erasure is its own request: the second person confirms it where it was asked for
  'user:deactivate',
  'user:invite',
  'user:update',
])
