/** Prefixes of ids that leave the platform. An id is opaque to clients: prefix, underscore, 32 hex digits. */
export const idPrefixes = {
  DealerGroup: 'grp',
  LegalEntity: 'ent',
  Store: 'str',
  User: 'usr',
  Membership: 'mem',
  PartnerApp: 'app',
  ApiKey: 'key',
  SupportGrant: 'gnt',
  Session: 'ses',
  Invitation: 'inv',
  Approval: 'apr',
  Invoice: 'inv',
  GovernanceRule: 'rul',
  IdentityProvider: 'idp',
  ExternalIdentity: 'ext',
  Customer: 'cus',
  Lead: 'led',
  Conversation: 'cnv',
  Message: 'msg',
  Appointment: 'apt',
  IntakePayload: 'ink',
  Incident: 'inc',
  IncidentNote: 'nte',
  IncidentEvidence: 'evd',
  Flag: 'flg',
  LegalHold: 'hld',
  Erasure: 'ers',
  AuditStream: 'aus',
  AuditExport: 'axp',
} as const

/** A type whose things have ids of their own. */
export type IdentifiedType = keyof typeof idPrefixes

/** The id of a thing as clients see it. */
export const encodeId = (type: IdentifiedType, uuid: string): string =>
  `${idPrefixes[type]}_${uuid.replaceAll('-', '')}`

const form = /^([a-z]{3})_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/** The uuid in an id, or null when it is no id of this type: the caller answers as if nothing were there. */
export function decodeId(type: IdentifiedType, id: string): string | null {
  const match = form.exec(id)
  return match && match[1] === idPrefixes[type] ? match.slice(2).join('-') : null
}
