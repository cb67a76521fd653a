/** What an appointment is for. */
export type AppointmentType =
  | 'TEST_DRIVE'
  | 'SHOWROOM_VISIT'
  | 'SERVICE'
  | 'TRADE_IN_APPRAISAL'
  | 'HANDOVER'
  | 'PHONE_CALL'
  | 'VIDEO_CALL'

/** How far an appointment is. */
export type AppointmentStatus =
  | 'REQUESTED'
  | 'CONFIRMED'
  | 'RESCHEDULED'
  | 'CHECKED_IN'
  | 'COMPLETED'
  | 'NO_SHOW'
  | 'CANCELLED'

/** A row of dealer_ops.appointment as it is read; `at` is its start with microseconds. */
export interface AppointmentRow {
  readonly id: string
  readonly storeId: string
  readonly leadId: string
  readonly customerId: string | null
  readonly type: AppointmentType
  readonly status: AppointmentStatus
  readonly resource: string
  readonly at: string
  readonly endsAt: Date
  readonly notes: string | null
}

/** An appointment of a lead. */
export interface LeadAppointmentRow extends AppointmentRow {
  readonly parentId: string
}

/** An appointment to keep, checked. */
export interface NewAppointment {
  readonly storeId: string
  readonly leadId: string
  readonly type: AppointmentType
  readonly resource: string
  readonly startsAt: Date
  readonly endsAt: Date
  readonly notes: string | null
}

/** Which appointments; null does not narrow. */
export interface AppointmentConditions {
  readonly storeId: string | null
  readonly from: Date | null
  readonly to: Date | null
}
