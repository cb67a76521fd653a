import { encodeId } from '@autora/shared/request'
import { actor, once, times } from './hits.js'
import type { FlagRule } from './rule.js'

const MINUTE = 60
const HOUR = 3600

const takenOut: ReadonlySet<string> = new Set([
  'evidence.exported',
  'auditTrail.exported',
  'auditExport.made',
])

/** Rules over what was refused, and over what was taken out of the platform. */
export const refusalRules: readonly FlagRule[] = [
  {
    id: 'boundary-probing',
    version: 1,
    severity: 'HIGH',
    description: 'Somebody named 10 things within 10 minutes that are absent or another tenant’s.',
    window: 10 * MINUTE,
    threshold: 10,
    look: (event) =>
      event.action === 'access.refused' && event.detail.code === 'NOT_FOUND'
        ? { about: actor(event), weight: times(event) }
        : null,
  },
  {
    id: 'denial-burst',
    version: 1,
    severity: 'MEDIUM',
    description: 'Somebody was denied 20 operations within 10 minutes that his role may not do.',
    window: 10 * MINUTE,
    threshold: 20,
    look: (event) =>
      event.action === 'access.denied' || event.action === 'supportAccess.refused'
        ? { about: actor(event), weight: times(event) }
        : null,
  },
  {
    id: 'sign-in-failures',
    version: 1,
    severity: 'MEDIUM',
    description: 'Signing in to one account failed 10 times within 10 minutes.',
    window: 10 * MINUTE,
    threshold: 10,
    look: ({ action, targetId }) => (action === 'account.signInFailed' ? once(targetId) : null),
  },
  {
    id: 'dead-key-used',
    version: 1,
    severity: 'MEDIUM',
    description: 'A key was used after it was revoked or had expired.',
    window: 24 * HOUR,
    threshold: 1,
    look: ({ action, targetId, detail }) =>
      action === 'apiKey.refused' && /REVOKED|EXPIRED|SUSPENDED/.test(String(detail.reason))
        ? once(encodeId('ApiKey', targetId))
        : null,
  },
  {
    id: 'key-refusals',
    version: 1,
    severity: 'MEDIUM',
    description: 'One key was refused 20 times within 10 minutes for another reason.',
    window: 10 * MINUTE,
    threshold: 20,
    look: (event) =>
      event.action === 'apiKey.refused' && !/REVOKED|EXPIRED|SUSPENDED/.test(String(event.detail.reason))
        ? { about: encodeId('ApiKey', event.targetId), weight: times(event) }
        : null,
  },
  {
    id: 'evidence-export',
    version: 1,
    severity: 'LOW',
    description: 'Somebody took evidence out of the platform.',
    window: HOUR,
    threshold: 1,
    look: (event) => (takenOut.has(event.action) ? once(actor(event)) : null),
  },
]
