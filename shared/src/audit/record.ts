import type { TenantTx } from '../database/index.js'
import { detailFault } from './actions/detail.js'
import { actions } from './actions/index.js'
import { type EventName, events } from './events.js'

/** What was done. Who, when and in which transaction are set by the database from the sealed context. */
export interface AuditEntry {
  readonly targetId: string
  /** Store of the target; null for things of the whole group. */
  readonly storeId: string | null
  /** Ids, states and counts, as the catalogue declares them. Never personal data: an event cannot be taken back. */
  readonly detail?: Readonly<
    Record<string, string | number | boolean | null | readonly string[] | Readonly<Record<string, number>>>
  >
  /** Tenant of the target; only platform staff may name another than their own. */
  readonly tenantId?: string
  /** `DENY` for what was tried and refused; default `ALLOW`. */
  readonly outcome?: 'ALLOW' | 'DENY'
}

/**
 * Writes an event in the caller's own transaction: the change and its event happen together or not at all, and the
 * database refuses the commit of a change that has none.
 *
 * @throws {TypeError} when the detail is not what the catalogue declares: a fault of the code, and the deed fails.
 * @throws {Error} when the database did not add exactly one row: something there swallows events.
 */
export async function recordAudit(tx: TenantTx, event: EventName, entry: AuditEntry): Promise<void> {
  const { outcome = 'ALLOW', storeId, targetId, detail = {}, tenantId } = entry
  const fault = detailFault(event, detail)
  if (fault) throw new TypeError(`not an event of the catalogue: ${fault}`)
  const { version } = actions[event]
  const values = [event, version, outcome, storeId, events[event], targetId, JSON.stringify(detail)]
  const added = await (tenantId === undefined
    ? tx.query(
        `insert into audit.event (action, action_version, outcome, store_id, target_type, target_id, detail)
         values ($1, $2, $3, $4, $5, $6, $7) returning 1`,
        values,
      )
    : tx.query(
        `insert into audit.event (action, action_version, outcome, store_id, target_type, target_id, detail, tenant_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning 1`,
        [...values, tenantId],
      ))
  if (added.length !== 1) throw new Error(`the trail took ${added.length} rows for one event`)
}
