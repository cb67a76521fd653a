import { type ActionShape, business, dataRead } from './shape.js'

const identityField = business({ field: 'code' })
const intakeOutcome = business({ reasonCode: 'code?', diagnostics: 'count', leadIds: 'ids' })

/** Events of leads, conversations, bookings and intake. */
export const dealerOpsActions = {
  'lead.created': business({
    customerId: 'id?',
    interest: 'code?',
    source: 'code',
    submittedBy: 'id?',
    personal: 'personal?',
  }),
  'lead.statusChanged': business({ from: 'code?', to: 'code' }),
  'lead.assigned': business({ assigneeId: 'id', previousAssigneeId: 'id?', status: 'code' }),
  'conversation.opened': business({ leadId: 'id', channel: 'code' }),
  'message.sent': business({
    conversationId: 'id',
    leadId: 'id',
    channel: 'code',
    isAutomatic: 'flag',
    leadStatus: 'code?',
  }),
  'appointment.booked': business({ leadId: 'id', type: 'code', startsAt: 'time' }),
  'appointment.cancelled': business({ leadId: 'id', previousStatus: 'code' }),
  'intake.received': business({ format: 'code', sizeBytes: 'count' }),
  'intake.repeated': business({ format: 'code' }),
  'intake.applied': intakeOutcome,
  'intake.quarantined': intakeOutcome,
  'customerIdentity.recorded': identityField,
  'customerIdentity.removed': identityField,
  'field.revealed': dataRead({ field: 'code', class: 'code', reason: 'text?' }),
} as const satisfies Record<`${string}.${string}`, ActionShape>
