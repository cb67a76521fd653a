import { type ActionShape, admin, business, dataRead } from './shape.js'

const step = { from: 'code', to: 'code', version: 'count', reason: 'text' } as const
const flag = business({ rule: 'code', ruleVersion: 'count', amount: 'count', incident: 'id?' })
const releasing = admin({ scope: 'code', askedBy: 'id?' })
const erasure = { subjectType: 'code', subjectId: 'id', basis: 'code' } as const
const exportDecided = admin({ filter: 'hash', askedBy: 'id' })
const stream = admin({ host: 'text', format: 'code', categories: 'codes' })

/** Events of incidents and flags, of holds and erasure, of reading and taking away the trail, and of the log itself. */
export const auditActions = {
  'incident.reported': business({ category: 'code' }),
  'incident.transitioned': business(step),
  'incident.closed': business({ ...step, reportSha256: 'hash' }),
  'incident.triaged': business({
    version: 'count',
    severity: 'code?',
    assignee: 'id?',
    isPersonalInfoSuspected: 'flag',
    noticeDueAt: 'time?',
    reason: 'text',
  }),
  'incident.noted': business({ note: 'id', kind: 'code', visibility: 'code' }),
  'incident.evidencePinned': business({
    events: 'codes', // numbers of events
    queryCount: 'count?',
    checkpointSize: 'count?',
    checkpointRoot: 'hash?',
  }),
  'incident.held': business({ hold: 'id', scope: 'code', from: 'time?', to: 'time?' }),
  'flag.acknowledged': flag,
  'flag.dismissed': flag,
  'flag.escalated': flag,
  'legalHold.placed': admin({ scope: 'code', incident: 'id?' }),
  'legalHold.releaseAsked': releasing,
  'legalHold.released': releasing,
  'subject.erasureAsked': admin(erasure),
  'subject.erased': admin({ ...erasure, values: 'count', keyId: 'id?' }),
  'auditArchive.sealed': admin({ month: 'code', entries: 'count', digest: 'hash', manifest: 'hash' }),
  'auditTrail.pruned': admin({ month: 'code', events: 'count' }),
  'auditTrail.read': dataRead({
    field: 'code',
    filters: 'codes',
    filterHash: 'hash',
    count: 'count',
    broken: 'count',
    first: 'code?', // number of an event
    last: 'code?',
  }),
  'auditTrail.exported': dataRead({
    format: 'code',
    from: 'time?',
    to: 'time?',
    actions: 'codes',
    filter: 'hash',
    most: 'count',
    checkpoint: 'count',
    reason: 'text',
  }),
  'auditExport.asked': admin({
    format: 'code',
    from: 'time?',
    to: 'time?',
    actions: 'codes',
    filter: 'hash',
    reason: 'text',
  }),
  'auditExport.approved': exportDecided,
  'auditExport.rejected': exportDecided,
  'auditExport.downloaded': dataRead({
    filter: 'hash',
    approvedBy: 'id',
    most: 'count',
    checkpoint: 'count',
  }),
  'evidence.exported': dataRead({ windowSeconds: 'count', discloses: 'flag' }),
  'auditStream.created': stream,
  'auditStream.updated': stream,
  'auditStream.paused': stream,
  'auditStream.resumed': stream,
  'auditStream.deleted': stream,
  'control.checked': admin({ control: 'code', result: 'code', parts: 'codes' }),
  'log.epochBegun': admin({ epoch: 'count', origin: 'code', signed: 'count', kept: 'count' }),
  'log.keyAnnounced': admin({ key: 'text' }),
} as const satisfies Record<`${string}.${string}`, ActionShape>
