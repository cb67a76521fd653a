import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import { pageValues } from '../pages.js'
import type { AppointmentConditions, AppointmentRow, LeadAppointmentRow, NewAppointment } from './entity.js'

const columns = `
  a.id,
  a.store_id as "storeId",
  a.lead_id as "leadId",
  (select l.customer_id from dealer_ops.lead l
    where l.tenant_id = a.tenant_id and l.store_id = a.store_id and l.id = a.lead_id) as "customerId",
  a.type,
  a.status,
  a.resource,
  ${exactTime('a.starts_at')} as at,
  a.ends_at as "endsAt",
  a.notes`

/** Appointments by id, those the caller can see. */
export const selectAppointmentsById = (tx: TenantTx, ids: readonly string[]): Promise<AppointmentRow[]> =>
  tx.query<AppointmentRow>(`select ${columns} from dealer_ops.appointment a where a.id = any($1)`, [ids])

/** One appointment, held until the transaction ends. */
export async function lockAppointment(tx: TenantTx, id: string): Promise<AppointmentRow | null> {
  const [appointment] = await tx.query<AppointmentRow>(
    `select ${columns} from dealer_ops.appointment a where a.id = $1 for update`,
    [id],
  )
  return appointment ?? null
}

/** One page of appointments, the latest start first, one row more than asked for. */
export const selectAppointments = (
  tx: TenantTx,
  { storeId, from, to }: AppointmentConditions,
  page: PageRequest,
): Promise<AppointmentRow[]> =>
  tx.query<AppointmentRow>(
    `select ${columns}
       from dealer_ops.appointment a
      where ($1::uuid is null or a.store_id = $1)
        and ($2::timestamptz is null or a.starts_at >= $2)
        and ($3::timestamptz is null or a.starts_at < $3)
        and ($4::timestamptz is null or (a.starts_at, a.id) < ($4::timestamptz, $5::uuid))
      order by a.starts_at desc, a.id desc
      limit $6`,
    [storeId, from, to, ...pageValues(page)],
  )

/** The same page of appointments for each of several leads, the latest start first, one row more than asked for. */
export const selectAppointmentsOfLeads = (
  tx: TenantTx,
  leadIds: readonly string[],
  page: PageRequest,
): Promise<LeadAppointmentRow[]> =>
  tx.query<LeadAppointmentRow>(
    `select l.id as "parentId", a.*
       from dealer_ops.lead l
      cross join lateral (
        select ${columns}
          from dealer_ops.appointment a
         where a.tenant_id = l.tenant_id and a.store_id = l.store_id and a.lead_id = l.id
           and ($2::timestamptz is null or (a.starts_at, a.id) < ($2::timestamptz, $3::uuid))
         order by a.starts_at desc, a.id desc
         limit $4) a
      where l.id = any($1)
      order by a.at desc, a.id desc`,
    [leadIds, ...pageValues(page)],
  )

/**
 * Lets one booking of a resource at a time go on, until its transaction ends. The constraint alone is safe but not fair:
 * when many ask for one time at once, it finds out by deadlocks, one second each.
 */
export async function queueForResource(tx: TenantTx, storeId: string, resource: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${storeId}|${resource}`])
}

/** Keeps an appointment; it is CONFIRMED. The database refuses a time that is taken. */
export async function insertAppointment(
  tx: TenantTx,
  { storeId, leadId, type, resource, startsAt, endsAt, notes }: NewAppointment,
): Promise<AppointmentRow | null> {
  const [row] = await tx.query<AppointmentRow>(
    `insert into dealer_ops.appointment as a (store_id, lead_id, type, resource, starts_at, ends_at, notes)
     values ($1, $2, $3, $4, $5, $6, $7)
     returning ${columns}`,
    [storeId, leadId, type, resource, startsAt, endsAt, notes],
  )
  return row ?? null
}

/** Calls an appointment off. */
export async function cancelAppointmentRow(tx: TenantTx, id: string): Promise<AppointmentRow | null> {
  const [row] = await tx.query<AppointmentRow>(
    `with a as (
       update dealer_ops.appointment a set status = 'CANCELLED' where a.id = $1 returning *)
     select ${columns} from a`,
    [id],
  )
  return row ?? null
}
