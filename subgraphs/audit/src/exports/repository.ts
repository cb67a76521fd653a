import type { TenantTx } from '@autora/shared/database'
import type { Reader } from '../log-nodes/index.js'
import type { ExportCut, ExportedLeaf, ExportFilter } from './entity.js'

/** The newest checkpoint and the caller's tree under it; null before the first. */
export async function cutOf(tx: Reader, tenantId: string): Promise<ExportCut | null> {
  const [row] = await tx.query<ExportCut>(
    `select h.size::float8 as size, c.size::float8 as "checkpointSize", c.note as checkpoint
       from (select size, note from audit.checkpoint order by size desc limit 1) c
       join audit.head h on h.tenant_id = $1 and h.batch < c.size
      order by h.batch desc limit 1`,
    [tenantId],
  )
  return row ?? null
}

/** Leaves of a stretch of the tree that the caller may see and the filter lets through, in order. */
export const leavesBetween = (
  tx: Reader,
  tenantId: string,
  { from, to, actions }: ExportFilter,
  stretch: { readonly begin: number; readonly end: number },
): Promise<ExportedLeaf[]> =>
  tx.query<ExportedLeaf>(
    `select l.index::float8 as index, l.hash, audit.leaf_data(e, l.index) as leaf
       from audit.leaf l
       join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where l.tenant_id = $1 and l.index >= $2 and l.index < $3
        and ($4::timestamptz is null or e.recorded_at >= $4::timestamptz)
        and ($5::timestamptz is null or e.recorded_at < $5::timestamptz)
        and (cardinality($6::text[]) = 0 or e.action = any ($6::text[]))
      order by l.index`,
    [tenantId, stretch.begin, stretch.end, from, to, actions],
  )

/** The number of the caller's newest event of a request, as text; null without one. */
export async function exportEventOf(tx: TenantTx, requestId: string, filter: string): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `select id::text from audit.event
      where tenant_id = sec.tenant_id() and request_id = $1 and actor_id = sec.actor_id()
        and action = 'auditTrail.exported' and outcome = 'ALLOW' and detail->>'filter' = $2
      order by id desc limit 1`,
    [requestId, filter],
  )
  return row?.id ?? null
}
