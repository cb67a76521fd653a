import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime } from '@autora/shared/request'
import { readCheckpoint } from '@autora/shared/tlog'
import type { EvidenceQuery, EvidenceRow, IncidentRow, PinnedCheckpoint } from './entity.js'

const comparisons: Readonly<Record<keyof EvidenceQuery, string>> = {
  action: 'e.action =',
  actorId: 'e.actor_id =',
  targetId: 'e.target_id =',
  grantId: 'e.grant_id =',
  requestId: 'e.request_id =',
  from: 'e.recorded_at >=',
  to: 'e.recorded_at <',
}

/** The newest checkpoint; null before the first. */
export async function newestCheckpoint(tx: TenantTx): Promise<PinnedCheckpoint | null> {
  const [row] = await tx.query<{ note: string }>(
    'select note from audit.checkpoint order by size desc limit 1',
  )
  if (!row) return null
  const { size, root } = readCheckpoint(row.note)
  return { size, root }
}

/** Pins events of the incident's tenant. @returns how many of the ids there are; those pinned before count as well. */
export async function pinEvents(
  tx: TenantTx,
  incident: IncidentRow,
  eventIds: readonly string[],
  checkpoint: PinnedCheckpoint | null,
): Promise<number> {
  const found = await tx.query<{ id: string }>(
    `select id::text from audit.event where tenant_id = $1 and id = any($2::bigint[])`,
    [incident.tenant_id, eventIds],
  )
  if (found.length < eventIds.length) return found.length
  await tx.query(
    `insert into audit.incident_evidence (tenant_id, incident_id, kind, event_id, leaf_index, batch, leaf_hash,
       event_count, first_event, last_event, digest, checkpoint_size, checkpoint_root)
     select e.tenant_id, $2::uuid, 'EVENT', e.id, l.index, l.batch, l.hash, 1, e.id, e.id,
            sha256(convert_to(audit.leaf_tail(e), 'UTF8')), $4::bigint, $5::bytea
       from audit.event e left join audit.leaf l on l.tenant_id = e.tenant_id and l.event_id = e.id
      where e.tenant_id = $1 and e.id = any($3::bigint[])
     on conflict (tenant_id, incident_id, event_id) do nothing`,
    [incident.tenant_id, incident.id, eventIds, checkpoint?.size ?? null, checkpoint?.root ?? null],
  )
  return found.length
}

/** What a query finds within a checkpoint: for ever the same, for nothing is put before what was signed. */
export interface QueryFacts {
  readonly count: number
  readonly first: string | null
  readonly last: string | null
  readonly digest: Buffer
}

/** Runs a query over the events that a checkpoint covers. @returns null when it finds more than `most`. */
export async function queryFacts(
  tx: TenantTx,
  tenantId: string,
  query: EvidenceQuery,
  { size, most }: { readonly size: number; readonly most: number },
): Promise<QueryFacts | null> {
  const values: SqlValue[] = [tenantId, size]
  const where = Object.entries(query).map(([name, value]) => {
    values.push(value as string)
    return `and ${comparisons[name as keyof EvidenceQuery]} $${values.length}`
  })
  const events = `from audit.leaf l join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where l.tenant_id = $1 and l.batch < $2 ${where.join(' ')}`
  const [counted] = await tx.query<{ n: number }>(
    `select count(*)::int as n from (select 1 ${events} limit ${most + 1}) found`,
    values,
  )
  if ((counted?.n ?? 0) > most) return null
  const [facts] = await tx.query<QueryFacts>(
    `select count(*)::int as count, min(e.id)::text as first, max(e.id)::text as last,
            sha256(convert_to(coalesce(string_agg(audit.leaf_tail(e), chr(10) order by l.index), ''), 'UTF8')) as digest
       ${events}`,
    values,
  )
  return facts ?? null
}

/** Pins a query with what it found. */
export const insertQuery = (
  tx: TenantTx,
  incident: IncidentRow,
  query: EvidenceQuery,
  facts: QueryFacts & { readonly checkpoint: PinnedCheckpoint },
): Promise<unknown[]> =>
  tx.query(
    `insert into audit.incident_evidence (tenant_id, incident_id, kind, query, event_count, first_event, last_event,
       digest, checkpoint_size, checkpoint_root)
     values ($1, $2, 'QUERY', $3, $4, $5, $6, $7, $8, $9)`,
    [
      incident.tenant_id,
      incident.id,
      JSON.stringify(query),
      facts.count,
      facts.first,
      facts.last,
      facts.digest,
      facts.checkpoint.size,
      facts.checkpoint.root,
    ],
  )

/** Everything pinned for some incidents, oldest first, each with what the trail says now. */
export const evidenceOf = (tx: TenantTx, incidentIds: readonly string[]): Promise<EvidenceRow[]> =>
  tx.query<EvidenceRow>(
    `select v.tenant_id, v.incident_id, v.id, v.kind, v.event_id::text, v.leaf_index::float8, v.batch::float8, v.leaf_hash,
            v.query, v.event_count, v.first_event::text, v.last_event::text, v.digest, v.checkpoint_size::float8,
            v.checkpoint_root, v.pinned_by, ${exactTime('v.pinned_at')} as pinned_at, c.note as checkpoint_note,
            audit.leaf_tail(e) as event, sha256(convert_to(audit.leaf_tail(e), 'UTF8')) as digest_now,
            l.hash as leaf_now, sha256('\\x00'::bytea || convert_to(audit.leaf_data(e, l.index), 'UTF8')) as leaf_computed
       from audit.incident_evidence v
       left join audit.checkpoint c on c.size = v.checkpoint_size
       left join audit.event e on e.tenant_id = v.tenant_id and e.id = v.event_id
       left join audit.leaf l on l.tenant_id = v.tenant_id and l.event_id = v.event_id
      where v.incident_id = any($1)
      order by v.incident_id, v.pinned_at, v.event_id, v.id`,
    [incidentIds],
  )
