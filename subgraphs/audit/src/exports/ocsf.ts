import type { ExportCut } from './entity.js'
import type { EventRecord } from './record.js'

/** The version of the Open Cybersecurity Schema Framework that events are mapped to. */
export const OCSF_VERSION = '1.3.0'

/** A class of OCSF and the activity within it. */
interface OcsfClass {
  readonly category: number
  readonly uid: number
  readonly activity: number
}

const application = (uid: number, activity: number): OcsfClass => ({ category: 6, uid, activity })
const identity = (uid: number, activity: number): OcsfClass => ({ category: 3, uid, activity })

const api = 6003
const datastore = 6005
const accountChange = 3001
const authentication = 3002
const userAccess = 3005

/** Exact actions first, then what an action is about; everything else is an API call of some kind. */
const classes: readonly (readonly [RegExp, OcsfClass])[] = [
  [/^account\.(signedIn|signInFailed)$|^session\.(started|reauthenticated)$/, identity(authentication, 1)],
  [/^session\.ended$/, identity(authentication, 2)],
  [/^account\.(passwordChanged)$/, identity(accountChange, 3)],
  [/^account\.passwordReset$/, identity(accountChange, 4)],
  [/^user\.deactivated$/, identity(accountChange, 5)],
  [/^account\.locked$/, identity(accountChange, 9)],
  [/^(account|user)\.(created|invited)$/, identity(accountChange, 1)],
  [/^(account|user|invitation)\./, identity(accountChange, 99)],
  [/^membership\.ended$|^supportGrant\.revoked$/, identity(userAccess, 2)],
  [/^membership\.|^supportGrant\./, identity(userAccess, 1)],
  [/\.(read|revealed|exported)$|^viewAs\./, application(datastore, 1)],
  [/\.(created|opened|booked|received|reported|drafted|recorded)$/, application(api, 1)],
  [/\.(removed|ended|revoked|cancelled|voided)$/, application(api, 4)],
  [
    /\.(updated|changed|configured|assigned|statusChanged|rotated|suspended|reinstated)$/,
    application(api, 3),
  ],
]

/** The class and activity of an action; 99 is OCSF's word for another one. */
export const ocsfClass = (action: string): OcsfClass =>
  classes.find(([form]) => form.test(action))?.[1] ?? application(api, 99)

/** OCSF status: 1 success, 2 failure. */
const statusOf = { ALLOW: 1, DENY: 2, ERROR: 2 } as const
/** OCSF severity: 1 informational, 2 low, 3 medium. */
const severityOf = { ALLOW: 1, DENY: 2, ERROR: 3 } as const

/**
 * How the record can be proven, in the terms of the profile `record_integrity` that OCSF is about to have; until a
 * released version holds it, it travels where a mapper puts what the schema has no place for.
 */
const integrity = ({ envelope, leafHash }: EventRecord, cut: ExportCut) => ({
  record_integrity: {
    attestations: [
      {
        type: 'RFC 6962 Merkle tree leaf',
        fingerprint: { algorithm: 'SHA-256', algorithm_id: 3, value: leafHash },
        leaf_index: envelope.index,
        tree_size: cut.size,
        log_size: cut.checkpointSize,
      },
    ],
  },
})

/** An event as one OCSF record. */
export function ocsfEvent(record: EventRecord, cut: ExportCut): object {
  const { envelope, body } = record
  const { category, uid, activity } = ocsfClass(body.action)
  const isKey = envelope.principal === 'PARTNER'
  const user = { uid: envelope.actorId, type: envelope.principal, type_id: isKey ? 3 : 99 }
  return {
    category_uid: category,
    class_uid: uid,
    activity_id: activity,
    type_uid: uid * 100 + activity,
    time: Date.parse(envelope.recordedAt),
    severity_id: severityOf[body.outcome],
    status_id: statusOf[body.outcome],
    status_detail: body.outcome,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'AUTORA OS', vendor_name: 'AUTORA' },
      uid: `${envelope.tenantId}/${envelope.index}`,
      tenant_uid: envelope.tenantId,
      sequence: envelope.index,
      event_code: body.action,
      log_version: String(body.actionVersion),
    },
    actor: { user, ...(envelope.grantId !== '-' && { session: { uid: envelope.grantId } }) },
    ...(category === 3 && { user }),
    api: { operation: body.action, request: { uid: envelope.requestId } },
    resources: [
      { uid: body.target.id, type: body.target.type, ...(body.store && { namespace: body.store }) },
    ],
    unmapped: { detail: body.detail, leaf: record.leaf, ...integrity(record, cut) },
  }
}
