import type { SystemTx } from '@autora/shared/database'
import type { DeclarationRow, DeclaredRow } from './entity.js'
import { utc } from './repository.js'

/** What the log is asked to say and has not said yet, oldest first. */
export const pendingDeclarations = (tx: SystemTx, declared: number): Promise<DeclarationRow[]> =>
  tx.query<DeclarationRow>(
    'select number, kind, words from audit.declaration where number > $1 order by number',
    [declared],
  )

/** Everything that the log said about itself, by batch. */
export const declaredSoFar = (tx: SystemTx): Promise<DeclaredRow[]> =>
  tx.query<DeclaredRow>(
    'select number::float8 as number, declares from audit.batch where declares is not null order by number',
  )

/** When the newest batch was written, and how long that is ago in seconds; null before the first. */
export async function lastBatch(tx: SystemTx): Promise<{ time: string; seconds: number } | null> {
  const [row] = await tx.query<{ time: string; seconds: number }>(
    `select ${utc('recorded_at')} as time, extract(epoch from clock_timestamp() - recorded_at)::float8 as seconds
       from audit.batch order by number desc limit 1`,
  )
  return row ?? null
}

/** The epoch of the database, and whether its transactions are counted on from where the mark stands. */
export async function databaseLife(tx: SystemTx): Promise<{ epoch: number; countsOn: boolean }> {
  const [row] = await tx.query<{ epoch: number; countsOn: boolean }>(
    `select audit.epoch() as epoch,
            low_epoch < audit.epoch() or low_water <= pg_snapshot_xmax(pg_current_snapshot()) as "countsOn"
       from audit.sequencer`,
  )
  return row ?? { epoch: 1, countsOn: true }
}

/** How old the oldest event without a leaf is, and how many there are, up to `most`. */
export async function trailLag(tx: SystemTx, most: number): Promise<{ seconds: number; events: number }> {
  const [row] = await tx.query<{ seconds: number; events: number }>(
    'select seconds, events::float8 as events from audit.trail_lag($1)',
    [most],
  )
  return row ?? { seconds: 0, events: 0 }
}

/** Whether a checkpoint of a size was published. */
export async function isPublished(tx: SystemTx, size: number): Promise<boolean> {
  return (await tx.query('select from audit.checkpoint where size = $1', [size])).length > 0
}
