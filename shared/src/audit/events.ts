/**
 * What can be written into the trail: every event with the type of thing it is about. Names are past tense, nouns
 * first; a name never changes meaning.
 */
export const events = {
  'apiKey.created': 'ApiKey',
  'apiKey.revoked': 'ApiKey',
  'accessPolicy.updated': 'DealerGroup',
  'store.configured': 'Store',
  'supportGrant.requested': 'SupportGrant',
  'supportGrant.approved': 'SupportGrant',
  'supportGrant.refused': 'SupportGrant',
  'supportGrant.revoked': 'SupportGrant',
  'lead.created': 'Lead',
  'lead.statusChanged': 'Lead',
  'lead.assigned': 'Lead',
  'conversation.opened': 'Conversation',
  'message.sent': 'Message',
  'appointment.booked': 'Appointment',
  'appointment.cancelled': 'Appointment',
  'intake.received': 'IntakePayload',
  'intake.repeated': 'IntakePayload',
  'intake.applied': 'IntakePayload',
  'intake.quarantined': 'IntakePayload',
  'incident.reported': 'Incident',
  'access.denied': 'Operation',
  'access.refused': 'Operation',
  'session.started': 'Session',
  'session.ended': 'Session',
  'approval.requested': 'Approval',
  'approval.approved': 'Approval',
  'approval.refused': 'Approval',
  'approval.withdrawn': 'Approval',
  'identityProvider.saved': 'IdentityProvider',
  'identityProvider.removed': 'IdentityProvider',
  'externalIdentity.linked': 'ExternalIdentity',
  'externalIdentity.unlinked': 'ExternalIdentity',
  'platform.founded': 'Platform',
  'dealerGroup.created': 'DealerGroup',
} as const satisfies Record<`${string}.${string}`, string>

/** Name of an event. */
export type EventName = keyof typeof events

/** Every mutation of the graph and the events it may write. A mutation that is missing here turns a test red. */
export const mutationEvents = {
  apiKeyCreate: ['apiKey.created'],
  apiKeyRevoke: ['apiKey.revoked'],
  accessPolicyUpdate: ['accessPolicy.updated'],
  storeConfigure: ['store.configured'],
  supportGrantRequest: ['supportGrant.requested'],
  supportGrantDecide: ['supportGrant.approved', 'supportGrant.refused'],
  supportGrantRevoke: ['supportGrant.revoked'],
  leadCreate: ['lead.created'],
  leadChangeStatus: ['lead.statusChanged'],
  leadAssign: ['lead.assigned'],
  conversationOpen: ['conversation.opened'],
  messageSend: ['message.sent'],
  appointmentBook: ['appointment.booked'],
  appointmentCancel: ['appointment.cancelled'],
  intakeReplay: ['intake.applied', 'intake.quarantined', 'lead.created'],
  incidentReport: ['incident.reported'],
  approvalDecide: ['approval.approved', 'approval.refused'],
  approvalWithdraw: ['approval.withdrawn'],
  identityProviderSave: ['identityProvider.saved'],
  identityProviderRemove: ['identityProvider.removed'],
  externalIdentityLink: ['externalIdentity.linked'],
  externalIdentityUnlink: ['externalIdentity.unlinked'],
} as const satisfies Record<string, readonly EventName[]>
