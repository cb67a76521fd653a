import type { SystemTx } from '@autora/shared/database'
import { type Declaration, formatDeclaration, parseDeclarations } from '@autora/shared/evidence'
import { databaseLife, lastBatch, pendingDeclarations } from './declaration-repository.js'
import type { DeclaredRow, SequencerRow } from './entity.js'

/** A silence of this many seconds is a pause that the log declares: it writes a batch every 10. */
export const PAUSE_SECONDS = 30

/** What the next batch says about the log. */
export interface NextDeclarations {
  /** Words for the leaf of the batch. */
  readonly all: readonly Declaration[]
  /** Number of the last one that was asked for. */
  readonly declared: number
}

/**
 * What the next batch has to declare: that nobody wrote for a while, and what the operator asked for. A new key is passed
 * over until somebody who holds it leads.
 *
 * @param isFirst - of this leader: only then there can have been a pause.
 */
export async function nextDeclarations(
  tx: SystemTx,
  row: SequencerRow,
  isFirst: boolean,
  holds: (key: string) => boolean,
): Promise<NextDeclarations> {
  const all: Declaration[] = []
  const before = isFirst ? await lastBatch(tx) : null
  if (before && before.seconds > PAUSE_SECONDS) all.push({ kind: 'pause', since: before.time })
  const [next] = (await pendingDeclarations(tx, row.declared)).filter(
    ({ kind, words }) => kind !== 'key' || holds(words.split(' ')[1] ?? ''),
  )
  if (next) all.push(...parseDeclarations(next.words.split(' ')))
  return { all, declared: next?.number ?? row.declared }
}

/** The epoch of the database, and whether its transactions are counted on from where the mark stands. */
export const readLife = (tx: SystemTx): ReturnType<typeof databaseLife> => databaseLife(tx)

/** The words of declarations as they stand in the leaf of a batch. */
export const wordsOf = (all: readonly Declaration[]): string => all.map(formatDeclaration).join(' ')

/** A key of the log, as the log declared it, and the batch that did. */
export interface DeclaredKey {
  readonly batch: number
  readonly key: string
  /** The first size it signs: after a rotation the checkpoint of the declaring batch has the old signature. */
  readonly from: number
  readonly kind: 'epoch' | 'key'
}

/** The keys that the log declared, oldest first; empty while it has its first one. */
export const keysIn = (rows: readonly DeclaredRow[]): DeclaredKey[] =>
  rows.flatMap(({ number, declares }) =>
    parseDeclarations(declares.split(' ')).flatMap((one) =>
      one.kind === 'pause'
        ? []
        : [{ batch: number, key: one.key, kind: one.kind, from: number + (one.kind === 'key' ? 2 : 1) }],
    ),
  )

/** The key that signs a size; null while the log has its first one. */
export const keyFor = (keys: readonly DeclaredKey[], size: number): string | null =>
  keys.findLast(({ from }) => from <= size)?.key ?? null
