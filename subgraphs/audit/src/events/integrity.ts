import { parseEventLeaf } from '@autora/shared/evidence'
import type { RequestContext } from '@autora/shared/request'
import { leafHash, TlogError } from '@autora/shared/tlog'
import type { AuditEventRow } from './entity.js'

/** What an event is compared with the log as it is read. */
export type Integrity = 'SEALED' | 'PENDING' | 'BROKEN'

/** An event that was compared with the log. */
export type CheckedEvent = AuditEventRow & { readonly integrity: Integrity }

interface Body {
  readonly action?: unknown
  readonly outcome?: unknown
  readonly store?: unknown
  readonly target?: { readonly id?: unknown; readonly type?: unknown }
}

/** Whether what is shown of an event is what its leaf says: each shown column, not only the hashed text beside it. */
function isShown(row: AuditEventRow, leaf: string): boolean {
  const { envelope, body } = parseEventLeaf(leaf)
  const { action, outcome, store, target } = JSON.parse(body) as Body
  const pairs = [
    [envelope.tenantId, row.tenant_id],
    [envelope.index, row.leaf_index],
    [envelope.id, row.id],
    [envelope.recordedAt, row.recorded_at],
    [envelope.actorId, row.actor_id],
    [envelope.principal, row.actor_principal],
    [envelope.grantId, row.grant_id ?? '-'],
    [envelope.requestId, row.request_id],
    [action, row.action],
    [outcome, row.outcome],
    [store, row.store_id],
    [target?.id, row.target_id],
    [target?.type, row.target_type],
  ]
  return pairs.every(([said, shown]) => said === shown) && body.includes(`"detail":${row.detail},"outcome"`)
}

function integrityOf(row: AuditEventRow): Integrity {
  if (row.leaf_index === null || row.leaf_data === null || !row.leaf_hash) return 'PENDING'
  try {
    const isHashed = leafHash(Buffer.from(row.leaf_data)).equals(row.leaf_hash)
    return isHashed && isShown(row, row.leaf_data) ? 'SEALED' : 'BROKEN'
  } catch (error) {
    if (error instanceof TlogError || error instanceof SyntaxError) return 'BROKEN'
    throw error
  }
}

/** Hashes events as they were read now, and says of each whether the log knows it so. A difference is logged. */
export function checked(ctx: RequestContext, rows: readonly AuditEventRow[]): CheckedEvent[] {
  return rows.map((row) => {
    const integrity = integrityOf(row)
    if (integrity === 'BROKEN') {
      const { tenant_id: tenantId, id: eventId, leaf_index: index } = row
      ctx.log.error('trail.broken', new Error('an event is not what was logged'), {
        tenantId,
        eventId,
        index,
      })
    }
    return { ...row, integrity }
  })
}
