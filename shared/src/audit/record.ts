import type { TenantTx } from '../database/index.js'
import { type EventName, events } from './events.js'

/** What was done. Who, when and in which transaction are set by the database from the sealed context. */
export interface AuditEntry {
  readonly targetId: string
  /** Store of the target; null for things of the whole group. */
  readonly storeId: string | null
  /** Ids, states and counts. Never personal data: an event cannot be taken back. */
  readonly detail?: Readonly<
    Record<
      string,
      | string
      | number
      | boolean
      | null
      | readonly string[]
      | Readonly<Record<string, number | string | Readonly<Record<string, number | string>>>>
    >
  >
  /** Tenant of the target; only platform staff may name another than their own. */
  readonly tenantId?: string
  /** `DENY` for what was tried and refused; default `ALLOW`. */
  readonly outcome?: 'ALLOW' | 'DENY'
}

/**
 * Writes an event in the caller's own transaction: the change and its event happen together or not at all, and the
 * database refuses the commit of a change that has none.
 */
export async function recordAudit(tx: TenantTx, event: EventName, entry: AuditEntry): Promise<void> {
  const { outcome = 'ALLOW', storeId, targetId, detail = {}, tenantId } = entry
  const values = [event, outcome, storeId, events[event], targetId, JSON.stringify(detail)]
  if (tenantId === undefined)
    await tx.query(
      `insert into audit.event (action, outcome, store_id, target_type, target_id, detail)
       values ($1, $2, $3, $4, $5, $6)`,
      values,
    )
  else
    await tx.query(
      `insert into audit.event (action, outcome, store_id, target_type, target_id, detail, tenant_id)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [...values, tenantId],
    )
}
