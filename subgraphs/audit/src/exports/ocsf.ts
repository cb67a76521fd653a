import { createHash } from 'node:crypto'
import type { ExportCut } from './entity.js'
import { ocsfClass, ocsfClasses } from './ocsf-classes.js'
import type { EventRecord } from './record.js'

/**
 * The version of the Open Cybersecurity Schema Framework that events are mapped to: the first that has the profile
 * `record_integrity` (ocsf-schema, pull request 1661); what it demands is in ocsf-schema.json beside this file.
 */
export const OCSF_VERSION = '1.9.0-dev'

/** OCSF status: 1 success, 2 failure. */
const statusOf = { ALLOW: 1, DENY: 2, ERROR: 2 } as const
/** OCSF severity: 1 informational, 2 low, 3 medium. */
const severityOf = { ALLOW: 1, DENY: 2, ERROR: 3 } as const
/** OCSF types of a user: 1 user, 2 admin, 3 system, 4 service. */
const userTypes: Readonly<Record<string, number>> = {
  PLATFORM_OWNER: 2,
  DEALER_ADMIN: 2,
  SYSTEM: 3,
  PARTNER: 4,
}

/** Where calls come from as far as the trail says it in the open: the client's address is a personal value. */
const door = { svc_name: 'AUTORA OS gateway' }

/** The JSON Canonicalization Scheme (RFC 8785): keys in order, numbers and strings as ECMAScript writes them. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  const sorted = members.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}

const metadata = ({ envelope, body }: EventRecord): object => ({
  version: OCSF_VERSION,
  profiles: ['record_integrity'],
  product: { name: 'AUTORA OS', vendor_name: 'AUTORA' },
  uid: `${envelope.tenantId}/${envelope.index}`,
  tenant_uid: envelope.tenantId,
  correlation_uid: envelope.requestId,
  sequence: envelope.index,
  event_code: body.action,
  log_version: String(body.actionVersion),
})

const actor = ({ envelope, body }: EventRecord): object => ({
  user: {
    uid: envelope.actorId,
    type_id: userTypes[envelope.principal] ?? 1,
    groups: [{ name: envelope.principal, type: 'principal' }],
  },
  ...(envelope.grantId !== '-' && {
    authorizations: [{ decision: body.outcome, policy: { uid: envelope.grantId, name: 'support grant' } }],
  }),
})

/** Whose account or access an event is about; who signs in is the actor himself. */
const user = ({ envelope, body }: EventRecord, uid: number): object =>
  uid === ocsfClasses.authentication ? { uid: envelope.actorId } : { uid: body.target.id }

/** What only events of some classes have. */
function ofClass(record: EventRecord, uid: number): object {
  const { body, envelope } = record
  const target = { uid: body.target.id, type: body.target.type }
  const resources = [{ ...target, ...(body.store && { namespace: body.store }) }]
  if (uid === ocsfClasses.api)
    return { api: { operation: body.action, request: { uid: envelope.requestId } }, resources }
  if (uid === ocsfClasses.datastore) return { database: { name: 'AUTORA OS', type_id: 1 } }
  if (uid === ocsfClasses.authentication) return { user: user(record, uid), service: { name: 'AUTORA OS' } }
  return { user: user(record, uid), ...(uid === ocsfClasses.userAccess && { resources }) }
}

/**
 * What the schema has no place for: target, store and detail as the database wrote them, and the proof that the event is
 * in the log. The attestation covers this record as it was exported; the leaf is what checkpoints and witnesses cover.
 */
const unmapped = ({ envelope, body, leaf, leafHash }: EventRecord, cut: ExportCut): object => ({
  target: body.target,
  store: body.store,
  detail: body.detail,
  leaf,
  proof: { leafHash, index: envelope.index, treeSize: cut.size, logSize: cut.checkpointSize },
})

/** An event with one attestation over itself, its fingerprint left out as the profile demands. */
function attested(event: object, { envelope }: EventRecord, cut: ExportCut): object {
  const [origin = ''] = cut.checkpoint.split('\n', 1)
  const attestation = {
    uid: `${envelope.tenantId}/${envelope.index}`,
    authority_uid: origin,
    chain_uid: `${origin}/${envelope.tenantId}`,
  }
  const value = createHash('sha256')
    .update(canonicalJson({ ...event, attestation_list: [attestation] }))
    .digest('hex')
  const fingerprint = { algorithm_id: 3, encoding_id: 1, serialization_id: 2, value }
  return { ...event, attestation_list: [{ ...attestation, fingerprint }] }
}

/** An event as one OCSF record with the profile `record_integrity`. */
export function ocsfEvent(record: EventRecord, cut: ExportCut): object {
  const { envelope, body } = record
  const { category, uid, activity } = ocsfClass(body.action)
  const event = {
    category_uid: category,
    class_uid: uid,
    activity_id: activity,
    type_uid: uid * 100 + activity,
    time: Date.parse(envelope.recordedAt),
    severity_id: severityOf[body.outcome],
    status_id: statusOf[body.outcome],
    status_detail: body.outcome,
    metadata: metadata(record),
    actor: actor(record),
    src_endpoint: door,
    ...ofClass(record, uid),
    unmapped: unmapped(record, cut),
  }
  return attested(event, record, cut)
}
