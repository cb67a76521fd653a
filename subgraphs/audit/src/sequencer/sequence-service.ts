import type { SystemDatabase, SystemTx } from '@autora/shared/database'
import { batchLeaf } from '@autora/shared/evidence'
import { CompactRange, leafHash, wholeSubtrees } from '@autora/shared/tlog'
import { readLogNodes } from '../log-nodes/index.js'
import { declaredSoFar } from './declaration-repository.js'
import {
  type DeclaredKey,
  keysIn,
  type NextDeclarations,
  nextDeclarations,
  wordsOf,
} from './declaration-service.js'
import type { BatchPlan, Harvest, Position } from './entity.js'
import { Forest } from './forest.js'
import {
  advance,
  harvest,
  insertBatch,
  insertHeads,
  insertLeaves,
  lockSequencer,
  logSize,
  newestHeads,
} from './repository.js'

/** Events of one batch at most. */
export const MOST_EVENTS = 1024

/** Somebody else wrote a batch: what this process knows of the trees is old. */
export class LeadLost extends Error {}

/** A batch, and how far it settled the order. */
interface Written extends Pick<Harvest, 'settled'> {
  readonly plan: BatchPlan
  readonly declared: readonly DeclaredKey[]
}

/** The trees as their leader keeps them in memory; the database has the last word on each of them. */
export class Sequence {
  private constructor(
    private readonly database: SystemDatabase,
    private readonly forest: Forest,
    private log: CompactRange,
    private declared: readonly DeclaredKey[],
    private readonly holds: (key: string) => boolean,
  ) {}

  /** Nothing was written by this process yet: there may have been a pause before. */
  private isFirst = true

  /** Where the last full batch ended; null when it was not full: then a late commit may be anywhere above the mark. */
  private after: Position | null = null

  /** Reads the trees as they were committed last. @param holds - whether somebody here can sign with a public key. */
  static load(database: SystemDatabase, holds: (key: string) => boolean): Promise<Sequence> {
    return database.write(async (tx) => {
      await lockSequencer(tx)
      const size = await logSize(tx)
      const log = new CompactRange(size, await readLogNodes(tx, wholeSubtrees(0, size)))
      const forest = new Forest(await newestHeads(tx))
      return new Sequence(database, forest, log, keysIn(await declaredSoFar(tx)), holds)
    })
  }

  /** Size of the log: batches so far. */
  get size(): number {
    return this.log.size
  }

  /** The keys that the log declared, oldest first. */
  get keys(): readonly DeclaredKey[] {
    return this.declared
  }

  /** Root of the log. */
  get root(): Buffer {
    return this.log.root()
  }

  /**
   * Writes one batch: leaves, heads, forest and log in one transaction. What is in memory moves on after the commit.
   *
   * @param isHeartbeat - write one even when nothing happened: that nothing happened is proven too.
   * @returns how many events it took.
   * @throws {LeadLost} when the trees in memory are older than those of the database.
   */
  async batch(isHeartbeat: boolean): Promise<number> {
    const log = new CompactRange(this.log.size, this.log.subtrees())
    const written = await this.database.write((tx) => this.write(tx, log, isHeartbeat))
    this.after = written && written.plan.leaves.length === MOST_EVENTS ? written.settled : null
    if (!written) return 0
    const { plan } = written
    this.forest.keep(plan.heads)
    this.log = log
    this.isFirst = false
    this.declared = [...this.declared, ...written.declared]
    return plan.leaves.length
  }

  private async write(tx: SystemTx, log: CompactRange, isHeartbeat: boolean): Promise<Written | null> {
    const row = await lockSequencer(tx)
    if ((await logSize(tx)) !== log.size) throw new LeadLost('another process wrote a batch')
    const { events, horizon, settled, time } = await harvest(tx, row, this.after, MOST_EVENTS)
    if (events.length === 0 && !isHeartbeat) return null
    const declarations = await nextDeclarations(tx, row, this.isFirst, this.holds)
    const plan = this.forest.plan(log.size, events)
    if (plan.slots === 0) return null
    await writeLeaves(tx, plan)
    if (plan.heads.length > 0) await insertHeads(tx, plan)
    await appendBatch(tx, log, plan, time, declarations)
    // a full batch may have left events behind: the mark stays until everything below it has a leaf
    const low = events.length < MOST_EVENTS ? horizon : null
    if (!(await advance(tx, row, { low, declared: declarations.declared })))
      throw new LeadLost('another process moved on')
    const declares = wordsOf(declarations.all)
    return { plan, settled, declared: declares ? keysIn([{ number: plan.number, declares }]) : [] }
  }
}

async function appendBatch(
  tx: SystemTx,
  log: CompactRange,
  plan: BatchPlan,
  time: string,
  { all }: NextDeclarations,
): Promise<void> {
  const { number, slots, forestRoot } = plan
  const leaf = batchLeaf({ number, slots, forestRoot, time, declares: all }).toString()
  await insertBatch(tx, { plan, time, leaf, declares: wordsOf(all) }, log.append(leafHash(Buffer.from(leaf))))
}

/** Writes the leaves and compares both computations: a broken memory must not become history. */
async function writeLeaves(tx: SystemTx, { number, leaves }: BatchPlan): Promise<void> {
  if (leaves.length === 0) return
  const written = await insertLeaves(tx, number, leaves)
  for (const { tenantId, index, hash } of leaves)
    if (written.get(`${tenantId}/${index}`) !== hash.toString('hex'))
      throw new Error('the database and this process hash one event differently')
}
