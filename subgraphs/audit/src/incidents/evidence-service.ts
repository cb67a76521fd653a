import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import { decodeId, type IdentifiedType, idPrefixes, type RequestContext } from '@autora/shared/request'
import { readCheckpoint, TlogError } from '@autora/shared/tlog'
import type { EvidenceQuery, EvidenceRow, IncidentRow } from './entity.js'
import { evidenceOf, insertQuery, newestCheckpoint, pinEvents, queryFacts } from './evidence-repository.js'
import { openOne } from './record-service.js'

/** Events that are pinned at once, and that a pinned query may find, at most. */
export const evidenceLimits = { events: 200, query: 10_000 } as const

/** What to pin, as a client says it. */
export interface PinWish {
  readonly incidentId: string
  readonly eventIds?: readonly string[] | null
  readonly query?: {
    readonly action?: string | null
    readonly actorId?: string | null
    readonly targetId?: string | null
    readonly grantId?: string | null
    readonly requestId?: string | null
    readonly from?: Date | null
    readonly to?: Date | null
  } | null
}

/** Whether what was pinned is still what the trail holds. */
export type Integrity = 'INTACT' | 'PENDING' | 'ALTERED' | 'MISSING'

const types = Object.keys(idPrefixes) as readonly IdentifiedType[]

/** The uuid in an id of any type. @throws {DomainError} INVALID - it is none. */
function anyId(id: string, field: string): string {
  for (const type of types) {
    const uuid = decodeId(type, id)
    if (uuid) return uuid
  }
  throw invalid('INVALID', { field: ['query', field], message: 'This is no id.' })
}

function queryOf(wish: NonNullable<PinWish['query']>): EvidenceQuery {
  const { action, actorId, targetId, grantId, requestId, from, to } = wish
  const query = {
    ...(action && { action }),
    ...(actorId && { actorId: anyId(actorId, 'actorId') }),
    ...(targetId && { targetId: anyId(targetId, 'targetId') }),
    ...(grantId && { grantId: anyId(grantId, 'grantId') }),
    ...(requestId && { requestId }),
    ...(from && { from: from.toISOString() }),
    ...(to && { to: to.toISOString() }),
  }
  if (Object.keys(query).length > 0) return query
  throw invalid('INVALID', { field: ['query'], message: 'Name a condition: all of a trail is a bundle.' })
}

function eventsOf(wish: PinWish): readonly string[] {
  const ids = [...new Set(wish.eventIds ?? [])]
  if (ids.length === 0 && !wish.query)
    throw invalid('INVALID', { field: ['eventIds'], message: 'Name events or a query.' })
  if (ids.length > evidenceLimits.events)
    throw invalid('INVALID', { field: ['eventIds'], message: `At most ${evidenceLimits.events} at once.` })
  if (!ids.every((id) => /^[1-9]\d{0,17}$/.test(id))) throw notFound()
  return ids
}

/**
 * Pins events, or a query and what it finds, to the newest checkpoint: from then on it shows whether they are still what
 * they were. A query is held to what the checkpoint covers, where nothing can come in between any more.
 *
 * @throws {DomainError} NOT_FOUND - an event or incident that is not there. STATE_REFUSED - the incident is over, or a
 * query comes before the first checkpoint.
 * @throws {DomainError} INVALID - nothing is named, or more than can be pinned.
 */
export async function pinEvidence(ctx: RequestContext, wish: PinWish): Promise<IncidentRow> {
  const events = eventsOf(wish)
  const query = wish.query ? queryOf(wish.query) : null
  return ctx.tenant.write(async (tx) => {
    const incident = await openOne(tx, wish.incidentId)
    const checkpoint = await newestCheckpoint(tx)
    if ((await pinEvents(tx, incident, events, checkpoint)) < events.length) throw notFound()
    let found = 0
    if (query) {
      if (!checkpoint) throw conflict('STATE_REFUSED')
      const bounds = { size: checkpoint.size, most: evidenceLimits.query }
      const facts = await queryFacts(tx, incident.tenant_id, query, bounds)
      if (!facts) throw invalid('INVALID', { field: ['query'], message: `At most ${bounds.most} events.` })
      await insertQuery(tx, incident, query, { ...facts, checkpoint })
      found = facts.count
    }
    await recordAudit(tx, 'incident.evidencePinned', {
      targetId: incident.id,
      tenantId: incident.tenant_id,
      storeId: incident.store_id,
      detail: {
        events,
        queryCount: query ? found : null,
        checkpointSize: checkpoint?.size ?? null,
        checkpointRoot: checkpoint?.root.toString('hex') ?? null,
      },
    })
    return incident
  })
}

const isSame = (one: Buffer | null, other: Buffer | null) =>
  one !== null && other !== null && one.equals(other)

/** Whether the checkpoint that a thing was pinned to still says what it said. */
function isCheckpointKept({ checkpoint_root, checkpoint_note }: EvidenceRow): boolean {
  if (checkpoint_root === null) return true
  if (checkpoint_note === null) return false
  try {
    return readCheckpoint(checkpoint_note).root.equals(checkpoint_root)
  } catch (error) {
    if (error instanceof TlogError) return false
    throw error
  }
}

function eventIntegrity(row: EvidenceRow): Integrity {
  if (row.digest_now === null) return 'MISSING'
  if (!isSame(row.digest, row.digest_now) || !isCheckpointKept(row)) return 'ALTERED'
  if (row.leaf_now === null) return row.leaf_hash === null ? 'PENDING' : 'ALTERED'
  const isLeafKept = row.leaf_hash === null || isSame(row.leaf_hash, row.leaf_now)
  return isLeafKept && isSame(row.leaf_now, row.leaf_computed) ? 'INTACT' : 'ALTERED'
}

/** Reads again what was pinned and hashes it again. */
export async function integrityOf(tx: TenantTx, row: EvidenceRow): Promise<Integrity> {
  if (row.kind === 'EVENT' || !row.query || row.checkpoint_size === null) return eventIntegrity(row)
  const bounds = { size: row.checkpoint_size, most: evidenceLimits.query }
  const facts = await queryFacts(tx, row.tenant_id, row.query, bounds)
  if (!facts || facts.count > row.event_count) return 'ALTERED'
  if (facts.count < row.event_count) return 'MISSING'
  return isSame(facts.digest, row.digest) && isCheckpointKept(row) ? 'INTACT' : 'ALTERED'
}

/** A pinned thing and its state now; null where the reader does not see the whole trail it is from. */
export interface Evidence extends EvidenceRow {
  readonly integrity: Integrity | null
}

/** What was pinned for an incident, each read and hashed anew. */
export async function evidence(ctx: RequestContext, { id }: IncidentRow): Promise<readonly Evidence[]> {
  const isWhole = ctx.actor.reach !== 'STORES'
  const rows = await ctx.batch<Evidence[]>('incidentEvidence', id, (ids) =>
    ctx.tenant.read(async (tx) => {
      const all: Evidence[] = []
      for (const row of await evidenceOf(tx, ids))
        all.push({ ...row, integrity: isWhole ? await integrityOf(tx, row) : null })
      return new Map(ids.map((one) => [one, all.filter((row) => row.incident_id === one)]))
    }),
  )
  return rows ?? []
}
