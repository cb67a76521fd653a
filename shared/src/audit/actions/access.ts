import { type ActionShape, admin, dataRead, denied } from './shape.js'

const permit = admin({
  kind: 'code',
  supporter: 'id?',
  piiLevel: 'code',
  capabilities: 'codes',
  minutes: 'count',
  storeIds: 'ids',
})
const policy = admin({
  marketingContact: 'code',
  salesLeadVisibility: 'code',
  reveal: 'code',
  export: 'code',
  leadRetentionMonths: 'count',
  version: 'count',
  effectiveFrom: 'time',
})
const rule = admin({ knob: 'code', loosest: 'code?', version: 'count', effectiveFrom: 'time' })
const app = admin({ legalEntityId: 'id', status: 'code' })
/** Which operation showed something of people; `document` is the hash of its text. */
const shownOfPeople = { operation: 'code?', document: 'hash?' } as const
/** Instead of the others: so many more within a minute. */
const repeated = { repeated: 'count?', since: 'time?', until: 'time?' } as const
const refusedGrant = denied({ reason: 'code', by: 'id' })

/** Events of partners' keys, of policies, of support, of reading about people and of what was refused. */
export const accessActions = {
  'apiKey.created': admin({
    appId: 'id',
    scopes: 'codes',
    storeIds: 'ids',
    expiresInDays: 'count?',
    ratePerSecond: 'count?',
    ratePerDay: 'count?',
    approvalId: 'id?',
    createdBy: 'id?',
    rotatedFrom: 'id?',
  }),
  'apiKey.revoked': admin({ appId: 'id' }),
  'apiKey.claimed': admin({ appId: 'id', approvalId: 'id?' }),
  'apiKey.rotated': admin({ appId: 'id', newKeyId: 'id', endsAt: 'time' }),
  'apiKey.refused': denied({ reason: 'code', appId: 'id' }),
  'apiKey.leaked': admin({ appId: 'id' }),
  'partnerApp.created': app,
  'partnerApp.updated': app,
  'partnerApp.suspended': app,
  'partnerApp.reinstated': app,
  'accessPolicy.updated': policy,
  'accessPolicy.scheduled': policy,
  'governanceRule.published': rule,
  'governanceRule.retired': rule,
  'supportGrant.requested': permit,
  'supportGrant.approved': permit,
  'supportGrant.refused': permit,
  'supportGrant.revoked': permit,
  'supportGrant.offered': permit,
  'supportGrant.takenUp': permit,
  'breakGlass.started': permit,
  'supportSession.started': admin({ assurance: 'code' }),
  'supportSession.exchanged': admin({ by: 'id' }),
  'supportAccess.read': dataRead({
    ...shownOfPeople,
    roots: 'codes',
    records: 'counts',
    first: 'names?',
    last: 'names?',
    clear: 'counts',
    masked: 'counts',
    redacted: 'counts',
    fields: 'shown?',
    subjects: 'ids?',
    subjectCount: 'count?',
  }),
  'personalData.read': dataRead({
    ...shownOfPeople,
    records: 'counts',
    first: 'names',
    last: 'names',
    fields: 'shown',
    subjects: 'ids',
    subjectCount: 'count',
  }),
  'supportAccess.refused': refusedGrant,
  'viewAs.used': admin({ role: 'code', document: 'hash', stores: 'ids?' }),
  'access.denied': denied({ coordinates: 'codes?', reason: 'code?', decisionId: 'id?', ...repeated }),
  'access.refused': denied({ operation: 'code?', code: 'code?', ...repeated }),
} as const satisfies Record<`${string}.${string}`, ActionShape>
