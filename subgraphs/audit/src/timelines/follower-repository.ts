import type { SystemTx } from '@autora/shared/database'

/** One line of a timeline, before it has the event's time. */
export interface TimelineEntry {
  readonly tenantId: string
  readonly eventId: string
  readonly facet: number
  readonly key: string
}

/** Adds lines; the time of each is read from its event, with all its digits. @param from - no event is older. */
export const insertEntries = (
  tx: SystemTx,
  entries: readonly TimelineEntry[],
  from: Date,
  to: Date,
): Promise<unknown[]> =>
  tx.query(
    `insert into audit.timeline (tenant_id, facet, key, recorded_at, event_id)
     select e.tenant_id, n.facet, n.key, e.recorded_at, e.id
       from unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::uuid[]) as n (tenant_id, event_id, facet, key)
       join audit.event e on e.tenant_id = n.tenant_id and e.id = n.event_id
      where e.recorded_at >= $5::timestamptz and e.recorded_at < $6::timestamptz + interval '1 second'
     on conflict do nothing`,
    [
      entries.map(({ tenantId }) => tenantId),
      entries.map(({ eventId }) => eventId),
      entries.map(({ facet }) => facet),
      entries.map(({ key }) => key),
      from,
      to,
    ],
  )

/** Hashes of one level of a tenant's tree, from an index on, at most `count`. @param level - 0 for the leaves. */
export async function hashesFrom(
  tx: SystemTx,
  tenantId: string,
  level: number,
  from: number,
  count: number,
): Promise<Buffer[]> {
  const rows = await tx.query<{ hash: Buffer }>(
    level === 0
      ? `select hash from audit.leaf where tenant_id = $1 and index >= $2 and index < $3 order by index`
      : `select hash from audit.tree_node where tenant_id = $1 and index >= $2 and index < $3 and level = $4 order by index`,
    [tenantId, from, from + count, ...(level === 0 ? [] : [level])],
  )
  return rows.map(({ hash }) => hash)
}

/** Keeps the root of a whole subtree. */
export const insertNode = (
  tx: SystemTx,
  tenantId: string,
  node: { readonly level: number; readonly index: number; readonly hash: Buffer },
): Promise<unknown[]> =>
  tx.query(
    `insert into audit.tree_node (tenant_id, level, index, hash) values ($1, $2, $3, $4) on conflict do nothing`,
    [tenantId, node.level, node.index, node.hash],
  )

/** Forgets everything that was made, and the place: the follower begins anew. */
export async function forgetAll(tx: SystemTx, name: string): Promise<void> {
  await tx.query('update audit.follower set batch = -1 where name = $1', [name])
  await tx.query('delete from audit.timeline')
  await tx.query('delete from audit.tree_node')
}
