import type { Action } from './matrix.js'

/** What a support grant may be asked for, beside the level of personal data. Nothing outside this list exists. */
export const grantCapabilities = ['READ', 'DIAGNOSE', 'CONFIGURE', 'INVITE_FIRST_ADMIN', 'PROTECT'] as const

/** One of them. Every grant can READ, and reads only unless it names another. */
export type GrantCapability = (typeof grantCapabilities)[number]

/** What a deed under a grant needs. A deed that is not listed is never done under a grant, whatever the matrix says. */
const needed: Partial<Record<Action, GrantCapability>> = {
  'intake:replay': 'DIAGNOSE',
  'user:unlock': 'DIAGNOSE',
  'incident:contribute': 'DIAGNOSE',
  'store:configure': 'CONFIGURE',
  'connector:request': 'CONFIGURE',
  'connector:activate': 'CONFIGURE',
  'connector:rotateCredential': 'CONFIGURE',
  'user:invite': 'INVITE_FIRST_ADMIN',
  'invitation:resend': 'INVITE_FIRST_ADMIN',
  'invitation:revoke': 'INVITE_FIRST_ADMIN',
  'membership:grant': 'INVITE_FIRST_ADMIN',
  'user:update': 'INVITE_FIRST_ADMIN',
  'user:deactivate': 'PROTECT',
  'membership:revoke': 'PROTECT',
  'apiKey:revoke': 'PROTECT',
  'connector:suspend': 'PROTECT',
}

/**
 * About the grant itself, or only adding a report: free under every grant. Another grant is asked for without one: under
 * it the supporter himself lies outside the dealer's walls, and a request needs his name.
 */
const free: ReadonlySet<Action> = new Set<Action>([
  'supportGrant:revoke',
  'supportSession:start',
  'incident:report',
])

const readVerbs: ReadonlySet<string> = new Set(['read', 'search', 'verify', 'reveal', 'run'])

/** Whether a grant with these capabilities lets an action pass; everything without a capability only reads. */
export function grantAllows(action: Action, capabilities: readonly GrantCapability[]): boolean {
  const verb = action.slice(action.indexOf(':') + 1)
  if (readVerbs.has(verb) || free.has(action)) return true
  const capability = needed[action]
  return capability !== undefined && capabilities.includes(capability)
}
