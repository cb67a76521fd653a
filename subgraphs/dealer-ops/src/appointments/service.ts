import { recordAudit } from '@autora/shared/audit'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import {
  type Connection,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { z } from 'zod'
import { loadById } from '../batches.js'
import { soleStore, uuidOf } from '../given-ids.js'
import { checked, optionalText, text } from '../given-values.js'
import { type LeadRow, loadLead } from '../leads/index.js'
import { childPage, pageFrom } from '../pages.js'
import type { AppointmentRow, AppointmentType } from './entity.js'
import * as rows from './repository.js'

/** Longest appointment, in milliseconds. */
const LONGEST = 12 * 60 * 60 * 1000

/** One appointment, or null: absent and foreign alike. */
export const loadAppointment = (ctx: RequestContext, id: string): Promise<AppointmentRow | null> =>
  loadById(ctx, 'appointment', id, rows.selectAppointmentsById)

/** Arguments of `appointments`. */
export interface AppointmentListArguments extends PageArguments {
  readonly filter?: {
    readonly storeId?: string | null
    readonly from?: Date | null
    readonly to?: Date | null
  } | null
}

/** One page of appointments, the latest start first. @throws {DomainError} BAD_USER_INPUT - a bad page. */
export async function listAppointments(
  ctx: RequestContext,
  args: AppointmentListArguments,
): Promise<Connection<AppointmentRow>> {
  const page = pageRequest(args)
  const { filter } = args
  const conditions = {
    storeId: soleStore(ctx, filter?.storeId),
    from: filter?.from ?? null,
    to: filter?.to ?? null,
  }
  return pageFrom(await ctx.tenant.read((tx) => rows.selectAppointments(tx, conditions, page)), page)
}

/** One page of a lead's appointments, the latest start first. @throws {DomainError} BAD_USER_INPUT - a bad page. */
export const appointmentsOf = (
  ctx: RequestContext,
  lead: LeadRow,
  args: PageArguments,
): Promise<Connection<AppointmentRow>> =>
  childPage(ctx, 'lead.appointments', lead.id, args, rows.selectAppointmentsOfLeads)

const bookInput = z.object({ resource: text(80).transform((name) => name.trim()), notes: optionalText(4000) })

/** An appointment as a client gives it. */
export interface AppointmentBookInput {
  readonly leadId: string
  readonly type: AppointmentType
  readonly resource: string
  readonly startsAt: Date
  readonly endsAt: Date
  readonly notes?: string | null
}

/**
 * Books a time on a resource of the lead's store. The database decides whether it is free, so two bookings at once
 * cannot both succeed.
 * @throws {DomainError} NOT_FOUND - the lead is absent or foreign: one answer for both.
 * @throws {DomainError} TIME_INVALID - it ends before it starts, or lasts more than 12 hours.
 * @throws {DomainError} TIME_TAKEN - the resource is booked then.
 */
export async function bookAppointment(
  ctx: RequestContext,
  input: AppointmentBookInput,
): Promise<AppointmentRow> {
  const { resource, notes } = checked(bookInput, input)
  const { type, startsAt, endsAt } = input
  const length = endsAt.getTime() - startsAt.getTime()
  if (length <= 0) throw invalid('TIME_INVALID', { field: ['endsAt'] })
  if (length > LONGEST)
    throw invalid('TIME_INVALID', { field: ['endsAt'], message: 'An appointment lasts 12 hours at most.' })
  const lead = await loadLead(ctx, uuidOf('Lead', input.leadId))
  if (!lead) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const place = { storeId: lead.storeId, leadId: lead.id }
    await rows.queueForResource(tx, lead.storeId, resource)
    const booked = await rows.insertAppointment(tx, { ...place, type, resource, startsAt, endsAt, notes })
    if (!booked) throw notFound()
    await recordAudit(tx, 'appointment.booked', {
      targetId: booked.id,
      storeId: lead.storeId,
      detail: { leadId: encodeId('Lead', lead.id), type, startsAt: startsAt.toISOString() },
    })
    return booked
  })
}

/**
 * Calls an appointment off. One that is called off already is returned as it is, without a second event.
 * @throws {DomainError} NOT_FOUND - absent or foreign: one answer for both.
 * @throws {DomainError} CONFLICT - it took place, or the customer did not come.
 */
export async function cancelAppointment(ctx: RequestContext, id: string): Promise<AppointmentRow> {
  return ctx.tenant.write(async (tx) => {
    const appointment = await rows.lockAppointment(tx, uuidOf('Appointment', id))
    if (!appointment) throw notFound()
    if (appointment.status === 'CANCELLED') return appointment
    if (appointment.status === 'COMPLETED' || appointment.status === 'NO_SHOW')
      throw conflict('CONFLICT', { message: 'The appointment is over.' })
    const cancelled = await rows.cancelAppointmentRow(tx, appointment.id)
    if (!cancelled) throw notFound()
    await recordAudit(tx, 'appointment.cancelled', {
      targetId: cancelled.id,
      storeId: cancelled.storeId,
      detail: { leadId: encodeId('Lead', cancelled.leadId), previousStatus: appointment.status },
    })
    return cancelled
  })
}
