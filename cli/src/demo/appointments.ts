import type { RowSink } from './copy-rows.js'
import type { Booking, Telling } from './lead-story.js'
import type { DemoLead } from './leads.js'
import { appointmentNotes, fill } from './texts.js'

const types = [
  ['TEST_DRIVE', 0.46],
  ['SHOWROOM_VISIT', 0.28],
  ['TRADE_IN_APPRAISAL', 0.1],
  ['HANDOVER', 0.05],
  ['SERVICE', 0.04],
  ['PHONE_CALL', 0.04],
  ['VIDEO_CALL', 0.03],
] as const

/** Writes the appointment of a lead. @param by - who made it. */
export function putAppointment(
  sink: RowSink,
  telling: Telling,
  lead: DemoLead,
  booking: Booking,
  by: string,
): void {
  const { random, world } = telling
  const words = { model: lead.vehicles[0]?.model ?? '', agent: world.names.get(by) ?? '' }
  sink.put('dealer_ops.appointment', {
    tenant_id: world.store.groupId,
    store_id: world.store.id,
    id: random.uuid(),
    lead_id: lead.id,
    type: random.weighted(types),
    status: booking.status,
    resource: booking.resource,
    starts_at: new Date(booking.startsAt),
    ends_at: new Date(booking.endsAt),
    notes: random.chance(0.4) ? fill(random.pick(appointmentNotes), words) : null,
    created_by: by,
    created_at: new Date(booking.bookedAt),
  })
}
