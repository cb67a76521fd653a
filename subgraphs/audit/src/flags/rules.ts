import { encodeId } from '@autora/shared/request'
import type { LoggedEvent } from '../followers/index.js'
import { actor, once } from './hits.js'
import { refusalRules } from './refusal-rules.js'
import type { FlagRule } from './rule.js'

const MINUTE = 60
const HOUR = 3600

/** Types of which a read counts as one of personal data. */
const personal: ReadonlySet<string> = new Set([
  'Customer',
  'Lead',
  'Conversation',
  'Message',
  'Appointment',
  'IntakePayload',
])
const reads: ReadonlySet<string> = new Set(['supportAccess.read', 'personalData.read', 'field.revealed'])
const staff: ReadonlySet<string> = new Set(['PLATFORM_SUPPORT', 'PLATFORM_OWNER', 'DEALER_ADMIN'])
/** Acts that begin and end by themselves, or by a clock. */
const passive: ReadonlySet<string> = new Set(['session.ended', 'session.started', 'supportGrant.revoked'])
const trailReads: ReadonlySet<string> = new Set(['auditTrail.read', 'auditTrail.exported', 'trail.read'])

/** First hour of the day, and the first that is night again. */
export const dayHours = { from: 6, to: 20 } as const

/** How many things of a person an event says were shown. */
function personalRecords({ detail }: LoggedEvent): number {
  const records = (detail.records ?? {}) as Readonly<Record<string, unknown>>
  return Object.entries(records).reduce(
    (sum, [type, count]) => sum + (personal.has(type) && typeof count === 'number' ? count : 0),
    0,
  )
}

const support: readonly FlagRule[] = [
  {
    id: 'support-without-ticket',
    version: 1,
    severity: 'CRITICAL',
    description: 'Platform support read in a dealer group without a grant, and so without a ticket.',
    window: HOUR,
    threshold: 1,
    look: (event) =>
      reads.has(event.action) && event.principal === 'PLATFORM_SUPPORT' && !event.grantId
        ? once(actor(event))
        : null,
  },
  {
    id: 'support-outside-stores',
    version: 1,
    severity: 'CRITICAL',
    description: 'Platform support read in a store that the ticket does not name.',
    window: HOUR,
    threshold: 1,
    look: ({ action, principal, grantId, storeId, tenantId }, around) => {
      if (!reads.has(action) || principal !== 'PLATFORM_SUPPORT' || !grantId || !storeId) return null
      const stores = around.grantStores(tenantId, grantId)
      return stores?.includes(storeId) ? null : once(encodeId('SupportGrant', grantId))
    },
  },
  {
    id: 'trail-read-by-support',
    version: 1,
    severity: 'LOW',
    description: 'Platform support read the trail.',
    window: HOUR,
    threshold: 1,
    look: (event) =>
      trailReads.has(event.action) && event.principal === 'PLATFORM_SUPPORT' ? once(actor(event)) : null,
  },
]

const personalData: readonly FlagRule[] = [
  {
    id: 'bulk-personal-reads',
    version: 1,
    severity: 'HIGH',
    description: 'One person or key was shown 200 records of people within 10 minutes.',
    window: 10 * MINUTE,
    threshold: 200,
    look: (event) => {
      if (event.action !== 'supportAccess.read' && event.action !== 'personalData.read') return null
      const weight = personalRecords(event)
      return weight > 0 ? { about: actor(event), weight } : null
    },
  },
  {
    id: 'break-glass',
    version: 1,
    severity: 'HIGH',
    description: 'Two owners of the platform broke the glass.',
    window: HOUR,
    threshold: 1,
    look: ({ action, targetId }) =>
      action === 'breakGlass.started' ? once(encodeId('SupportGrant', targetId)) : null,
  },
  {
    id: 'night-use',
    version: 1,
    severity: 'MEDIUM',
    description:
      'Platform staff or a Dealer Admin acted 5 times within an hour between 20:00 and 06:00 local time.',
    window: HOUR,
    threshold: 5,
    look: (event, around) => {
      if (!staff.has(event.principal) || passive.has(event.action)) return null
      const hour = around.localHour(event)
      return hour >= dayHours.from && hour < dayHours.to ? null : once(actor(event))
    },
  },
]

/** Every rule over events. The numbers are the platform's; what a dealer group chooses itself would come on top. */
export const flagRules: readonly FlagRule[] = [...support, ...personalData, ...refusalRules]

/** What follows from nothing happening: no batch for a minute, or events that wait as long. */
export const silenceRule = {
  id: 'log-silence',
  version: 1,
  severity: 'CRITICAL',
  description: 'The log has had no batch for 60 seconds: what happens now is not provable yet.',
  window: HOUR,
  threshold: 60,
} as const

/** Every rule there is, with those that look at no event. */
export const allRules: readonly Omit<FlagRule, 'look'>[] = [...flagRules, silenceRule]
