import type { TenantTx } from '@autora/shared/database'
import type { ExternalIdRow, NewExternalId, NewVehicle, StatusChangeRow, VehicleRow } from './entity.js'
import type { LeadStatus } from './status-machine.js'

/** Vehicles of leads, wanted ones and own cars, the most wanted first. */
export const selectVehicles = (tx: TenantTx, leadIds: readonly string[]): Promise<VehicleRow[]> =>
  tx.query<VehicleRow>(
    `select l.id as "parentId", l.customer_id as "customerId", l.store_id as "storeId", v.part, v.year, v.make, v.model, v.trim_level as "trimLevel",
            v.stock_number as "stockNumber", v.vin, v.own_vin as "customerVin", v.condition, v.odometer,
            v.odometer_unit as "odometerUnit"
       from dealer_ops.lead l
       join dealer_ops.lead_vehicle v
         on v.tenant_id = l.tenant_id and v.store_id = l.store_id and v.lead_id = l.id
      where l.id = any($1)
      order by v.position`,
    [leadIds],
  )

/** Ids of leads in other systems, in the order they came. */
export const selectExternalIds = (tx: TenantTx, leadIds: readonly string[]): Promise<ExternalIdRow[]> =>
  tx.query<ExternalIdRow>(
    `select l.id as "parentId", e.source, e.value
       from dealer_ops.lead l
       join dealer_ops.lead_external_id e
         on e.tenant_id = l.tenant_id and e.store_id = l.store_id and e.lead_id = l.id
      where l.id = any($1)
      order by e.position`,
    [leadIds],
  )

/** The latest 100 changes of status of each lead, oldest first. The first of a partner's lead was made by a key. */
export const selectStatusChanges = (tx: TenantTx, leadIds: readonly string[]): Promise<StatusChangeRow[]> =>
  tx.query<StatusChangeRow>(
    `select l.id as "parentId", h.from_status as "fromStatus", h.to_status as "toStatus",
            case when h.position > 1 or l.submitted_by is null then h.changed_by end as "changedBy",
            h.changed_at as "changedAt"
       from dealer_ops.lead l
      cross join lateral (
        select h.position, h.from_status, h.to_status, h.changed_by, h.changed_at
          from dealer_ops.lead_status_change h
         where h.tenant_id = l.tenant_id and h.store_id = l.store_id and h.lead_id = l.id
         order by h.position desc
         limit 100) h
      where l.id = any($1)
      order by h.position`,
    [leadIds],
  )

/** Where the parts of a lead lie. */
interface Place {
  readonly id: string
  readonly storeId: string
}

/** Keeps the vehicles of a new lead in the order given. */
export async function insertVehicles(
  tx: TenantTx,
  lead: Place,
  vehicles: readonly NewVehicle[],
): Promise<void> {
  if (vehicles.length === 0) return
  await tx.query(
    `insert into dealer_ops.lead_vehicle
       (store_id, lead_id, position, part, year, make, model, trim_level, stock_number, vin, own_vin, condition,
        odometer, odometer_unit)
     select $1::uuid, $2::uuid, v.position, v.part, v.year, v.make, v.model, v."trimLevel", v."stockNumber", v.vin,
            v."customerVin", v.condition, v.odometer, v."odometerUnit"
       from jsonb_to_recordset($3::jsonb) as v (position smallint, part text, year smallint, make text, model text,
         "trimLevel" text, "stockNumber" text, vin text, "customerVin" text, condition text, odometer integer,
         "odometerUnit" text)`,
    [lead.storeId, lead.id, numbered(vehicles)],
  )
}

/** Keeps the ids that a new lead has elsewhere, in the order given. */
export async function insertExternalIds(
  tx: TenantTx,
  lead: Place,
  externalIds: readonly NewExternalId[],
): Promise<void> {
  if (externalIds.length === 0) return
  await tx.query(
    `insert into dealer_ops.lead_external_id (store_id, lead_id, position, source, value)
     select $1::uuid, $2::uuid, e.position, e.source, e.value
       from jsonb_to_recordset($3::jsonb) as e (position smallint, source text, value text)`,
    [lead.storeId, lead.id, numbered(externalIds)],
  )
}

/** Adds to the history of a lead. The lead must be new or locked: its changes are numbered one after the other. */
export async function insertStatusChange(
  tx: TenantTx,
  lead: Place,
  from: LeadStatus | null,
  to: LeadStatus,
): Promise<void> {
  await tx.query(
    `insert into dealer_ops.lead_status_change (store_id, lead_id, position, from_status, to_status)
     select $1::uuid, $2::uuid, coalesce(max(h.position), 0) + 1, $3::text, $4::text
       from dealer_ops.lead_status_change h
      where h.store_id = $1 and h.lead_id = $2`,
    [lead.storeId, lead.id, from, to],
  )
}

const numbered = (records: readonly object[]): string =>
  JSON.stringify(records.map((record, index) => ({ position: index + 1, ...record })))
