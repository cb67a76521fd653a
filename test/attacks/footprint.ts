import type { World } from '../kit/world.js'

/** Everything a client of the platform could change. */
const tables = [
  'identity.api_key',
  'identity.access_policy',
  'identity.store',
  'identity.support_grant',
  'dealer_ops.lead',
  'dealer_ops.lead_status_change',
  'dealer_ops.lead_vehicle',
  'dealer_ops.customer',
  'dealer_ops.customer_phone',
  'dealer_ops.customer_email',
  'dealer_ops.conversation',
  'dealer_ops.message',
  'dealer_ops.appointment',
  'dealer_ops.intake_payload',
  'audit.incident',
  'audit.event',
] as const

/** A table of the platform. */
export type Table = (typeof tables)[number]

/** Rows and the transactions that wrote them: both grow with every change, and no row has to be read for it. */
const mark = (table: Table, where: string) =>
  `(select count(*) || '/' || coalesce(sum(r.xmin::text::bigint), 0) from ${table} r where ${where}) as "${table}"`

/**
 * A mark of every table, past every wall: equal before and after means that nothing was written.
 * @param tenantId - only the rows of this dealer group.
 */
export async function footprint(world: World, tenantId?: string): Promise<Readonly<Record<Table, string>>> {
  const where = tenantId ? `r.tenant_id = '${tenantId}'` : 'true'
  const [row] = await world.sql<Record<Table, string>>(
    `select ${tables.map((table) => mark(table, where)).join(', ')}`,
  )
  if (!row) throw new Error('the database answered with no row')
  return row
}
