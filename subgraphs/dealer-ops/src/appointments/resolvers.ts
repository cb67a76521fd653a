import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments, type RequestContext } from '@autora/shared/request'
import { uuidOf } from '../given-ids.js'
import { type LeadRow, loadLead } from '../leads/index.js'
import type { AppointmentRow } from './entity.js'
import * as service from './service.js'

/** Resolvers of appointments. */
export const appointmentResolvers: Resolvers = {
  Query: {
    appointment: (_, { id }: { id: string }, ctx) => service.loadAppointment(ctx, uuidOf('Appointment', id)),
    appointments: (_, args: service.AppointmentListArguments, ctx) => service.listAppointments(ctx, args),
  },
  Mutation: {
    appointmentBook: (_, { input }: { input: service.AppointmentBookInput }, ctx) =>
      answer(service.bookAppointment(ctx, input), (appointment) => ({ appointment })),
    appointmentCancel: (_, { input }: { input: { id: string } }, ctx) =>
      answer(service.cancelAppointment(ctx, input.id), (appointment) => ({ appointment })),
  },
  Lead: {
    appointments: (lead: LeadRow, args: PageArguments, ctx) => service.appointmentsOf(ctx, lead, args),
  },
  Appointment: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      service.loadAppointment(ctx, uuidOf('Appointment', id)),
    id: (row: AppointmentRow) => encodeId('Appointment', row.id),
    store: (row: AppointmentRow) => ({ id: encodeId('Store', row.storeId) }),
    lead: (row: AppointmentRow, _, ctx) => loadLead(ctx, row.leadId),
    startsAt: (row: AppointmentRow) => row.at,
  },
}
