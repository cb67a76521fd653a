import type { World } from '../kit/world.js'

/** Everything a client of the platform could change. */
const tables = [
  'identity.api_key',
  'identity.user_account',
  'identity.membership',
  'identity.session',
  'identity.approval_request',
  'identity.invitation',
  'identity.second_factor_reset',
  'identity.identity_provider',
  'identity.external_identity',
  'identity.partner_app',
  'identity.dealer_group',
  'identity.legal_entity',
  'identity.access_policy_version',
  'identity.governance_rule',
  'identity.store',
  'identity.support_grant',
  'identity.store_brand',
  'identity.billing_account',
  'identity.invoice',
  'dealer_ops.customer_identity',
  'dealer_ops.field_reveal',
  'identity.support_session',
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
  'audit.incident_change',
  'audit.incident_note',
  'audit.incident_evidence',
  'audit.incident_report',
  'audit.flag_decision',
  'audit.legal_hold',
  'audit.export_request',
  'audit.event',
] as const

/** A table of the platform. */
export type Table = (typeof tables)[number]

/** Refusals and reads, of people's data and of the trail, are written on purpose: they are no change. */
const changesOnly = (table: Table, where: string) =>
  table === 'audit.event'
    ? `${where} and r.outcome = 'ALLOW' and r.action not in ('supportAccess.read', 'personalData.read', 'auditTrail.read')`
    : where

/** Rows and the transactions that wrote them: both grow with every change, and no row has to be read for it. */
const mark = (table: Table, where: string) =>
  `(select count(*) || '/' || coalesce(sum(r.xmin::text::bigint), 0)
      from ${table} r where ${changesOnly(table, where)}) as "${table}"`

/**
 * A mark of every table, past every wall: equal before and after means that nothing was changed.
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

/** How many attempts the trail holds that were refused. @param action - only those of one kind. */
export async function refusals(world: World, action?: string): Promise<number> {
  const [row] = await world.sql<{ n: number }>(
    `select count(*)::int as n from audit.event where outcome = 'DENY' and ($1::text is null or action = $1)`,
    [action ?? null],
  )
  return row?.n ?? 0
}
