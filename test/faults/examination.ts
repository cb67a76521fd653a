import { exportBundle } from '@autora/audit'
import { SystemDatabase, withClient } from '@autora/shared/database'
import { parsePolicy, verifyBundle } from '@autora/shared/evidence'
import {
  CompactRange,
  consistencyProof,
  formatVerifierKey,
  leafHash,
  openCheckpoint,
  type ReadNodes,
  readCosignatures,
  type VerifierKey,
  verifyConsistency,
} from '@autora/shared/tlog'
import type { Acknowledged } from './writers.js'

/** What stands in the database after a run, looked at without the code that wrote it. */
export interface Examination {
  readonly events: number
  readonly acknowledged: number
  /** Acknowledged events that have no leaf, or are gone. */
  readonly lost: number
  readonly doubled: number
  /** Tenants whose leaves are not numbered from 0 on without a gap. */
  readonly gaps: number
  /** Leaves whose hash is not that of their event. */
  readonly wrongHashes: number
  readonly batches: number
  readonly checkpoints: number
  readonly cosigned: number
  /** Checkpoints that do not verify, or contradict another. */
  readonly faultyCheckpoints: number
  readonly tenants: number
  /** Tenants whose evidence bundle the offline verifier accepts. */
  readonly verifiedTenants: number
}

/** Whom the run believes. */
export interface Trusted {
  readonly log: VerifierKey
  readonly witness: VerifierKey
}

interface Counts {
  readonly events: number
  readonly doubled: number
  readonly gaps: number
  readonly wrongHashes: number
}

const countFaults = `
  select (select count(*) from audit.event)::int as events,
    (select count(*) from (select from audit.leaf group by tenant_id, event_id having count(*) > 1) as d)::int as doubled,
    (select count(*) from (select from audit.leaf group by tenant_id
        having min(index) <> 0 or max(index) + 1 <> count(*)) as g)::int as gaps,
    (select count(*) from audit.leaf l join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where l.hash <> sha256('\\x00'::bytea || convert_to(audit.leaf_data(e, l.index), 'UTF8')))::int as "wrongHashes"`

const placed = `
  select count(*)::int as count from unnest($1::uuid[], $2::bigint[]) as a (tenant_id, id)
    join audit.event e on e.tenant_id = a.tenant_id and e.id = a.id
    join audit.leaf l on l.tenant_id = a.tenant_id and l.event_id = a.id`

/** Looks at everything. @param url - superuser's; @param readerUrl - of a role that may export bundles. */
export async function examine(
  url: string,
  readerUrl: string,
  acknowledged: readonly Acknowledged[],
  trusted: Trusted,
): Promise<Examination> {
  const ids = [acknowledged.map(({ tenantId }) => tenantId), acknowledged.map(({ id }) => id)]
  return withClient(url, async (db) => {
    const [counts] = (await db.query<Counts>(countFaults)).rows
    const [found] = (await db.query<{ count: number }>(placed, ids)).rows
    const leaves = (await db.query<{ leaf: string }>('select leaf from audit.batch order by number')).rows
    const notes = (
      await db.query<{ size: number; note: string }>(
        'select size::float8 as size, note from audit.checkpoint order by size',
      )
    ).rows
    const slots = (
      await db.query<{ tenantId: string; slot: number }>(
        'select tenant_id as "tenantId", slot from audit.slot',
      )
    ).rows
    if (!counts || !found) throw new Error('the database counts nothing')
    return {
      ...counts,
      acknowledged: acknowledged.length,
      lost: acknowledged.length - found.count,
      batches: leaves.length,
      ...examineCheckpoints(
        leaves.map(({ leaf }) => leaf),
        notes,
        trusted,
      ),
      tenants: slots.length,
      verifiedTenants: await countVerified(readerUrl, slots, trusted),
    }
  })
}

/** Builds the log anew from its leaves and holds every published checkpoint against it and against the next. */
function examineCheckpoints(
  leaves: readonly string[],
  notes: readonly { readonly size: number; readonly note: string }[],
  { log, witness }: Trusted,
) {
  const nodes = new Map<string, Buffer>()
  const read: ReadNodes = (ids) =>
    ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? Buffer.of())
  const range = new CompactRange()
  const roots = leaves.map((leaf) => {
    for (const { level, index, hash } of range.append(leafHash(Buffer.from(leaf))))
      nodes.set(`${level}/${index}`, hash)
    return range.root()
  })
  let [before, cosigned, faultyCheckpoints]: [ReturnType<typeof openCheckpoint> | null, number, number] = [
    null,
    0,
    0,
  ]
  for (const { size, note } of notes)
    try {
      const checkpoint = openCheckpoint(note, log)
      if (checkpoint.size !== size || !roots[size - 1]?.equals(checkpoint.root))
        throw new Error('another log')
      if (before) verifyConsistency(before, checkpoint, consistencyProof(before.size, size, read))
      cosigned += readCosignatures(note, [witness]).length
      before = checkpoint
    } catch {
      faultyCheckpoints += 1
    }
  return { checkpoints: notes.length, cosigned, faultyCheckpoints }
}

/** Longer than any run: windows are not what is looked at here. */
const windowSeconds = 86_400

async function countVerified(
  url: string,
  slots: readonly { readonly tenantId: string; readonly slot: number }[],
  { log, witness }: Trusted,
): Promise<number> {
  const db = await SystemDatabase.open({ url, applicationName: 'fault-run', onLost: () => undefined })
  let verified = 0
  try {
    for (const { tenantId, slot } of slots) {
      const policy = parsePolicy(
        [
          `log ${formatVerifierKey(log)}`,
          `witness ${formatVerifierKey(witness)}`,
          'quorum 1',
          `window ${windowSeconds}`,
          `tenant ${tenantId} ${slot}`,
        ].join('\n'),
      )
      const lines: string[] = []
      for await (const line of exportBundle(db, tenantId, windowSeconds)) lines.push(line)
      if (verifyBundle(lines, policy, new Date()).verdict === 'VERIFIED') verified += 1
    }
  } finally {
    await db.close()
  }
  return verified
}
