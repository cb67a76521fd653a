import {
  CompactRange,
  followedKeys,
  type LogKey,
  leafHash,
  openLogCheckpoint,
  readCheckpoint,
  readCosignatures,
  rootOf,
  TlogError,
  type VerifierKey,
} from '@autora/shared/tlog'
import { type Reader, withLogNodes } from '../log-nodes/index.js'
import { PrunedLeaves } from '../retention/index.js'
import { findings } from './control-faults.js'
import type { Finding } from './entity.js'
import type { Part } from './parts.js'
import { leafHashes, leavesNow, longestWait, newestCheckpoint, newestHeads } from './trail-repository.js'

/** Bounds of what a healthy trail looks like, and how much of it one look re-hashes. */
export interface TrailLimits {
  /** Oldest that the newest checkpoint may be; the sequencer writes one every 10 seconds even when nothing happens. */
  readonly checkpointSeconds: number
  /** Longest that an event may wait for its place. */
  readonly waitSeconds: number
  /** Consecutive leaves that are re-hashed at a random place, of up to `trees` trees. */
  readonly window: number
  readonly trees: number
  /** Largest tree whose root is computed anew. */
  readonly wholeTree: number
}

/** The usual bounds. */
export const trailLimits: TrailLimits = {
  checkpointSeconds: 30,
  waitSeconds: 30,
  window: 200,
  trees: 3,
  wholeTree: 5_000,
}

/** The keys that a checkpoint is checked with. */
export interface TrailKeys {
  /** The same public keys hold for every epoch: who operates the log knows of its restores. */
  readonly log: readonly LogKey[]
  readonly witnesses: readonly VerifierKey[]
}

/** Places where events differ from their leaves are remembered, so that a random sample cannot lose them again. */
export interface TrailFindings {
  readonly findings: readonly Finding<Part>[]
  readonly suspects: readonly string[]
}

const MOST_SUSPECTS = 50

/** Whether a checkpoint is fresh, signed, cosigned, and of the log that the database holds. */
async function checkCheckpoint(db: Reader, keys: TrailKeys, limits: TrailLimits): Promise<Finding<Part>[]> {
  const newest = await newestCheckpoint(db)
  if (!newest) return findings('CHECKPOINT', ['there is no checkpoint'])
  const found: Finding<Part>[] = []
  if (newest.ageSeconds > limits.checkpointSeconds)
    found.push(...findings('CHECKPOINT', [`the newest checkpoint is ${Math.round(newest.ageSeconds)} s old`]))
  try {
    const log = followedKeys(keys.log, readCheckpoint(newest.note).origin)
    const { size, root } = openLogCheckpoint(newest.note, log)
    const now = await withLogNodes(db, (read) => rootOf(size, read))
    if (!now.equals(root)) found.push(...findings('SIGNATURE', [`the log of ${size} has another root now`]))
    if (readCosignatures(newest.note, keys.witnesses).length === 0)
      found.push(...findings('WITNESS', [`nobody cosigned the checkpoint of ${size}`]))
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    found.push(...findings('SIGNATURE', [error.message]))
  }
  return found
}

interface Head {
  readonly tenantId: string
  readonly size: number
  readonly root: Buffer
}

/** Indexes of one tree whose events are gone, other than with a month that was pruned, or say something else than their leaves. */
async function changedLeaves(
  db: Reader,
  pruned: PrunedLeaves,
  tenantId: string,
  from: number,
  to: number,
): Promise<string[]> {
  const leaves = await leavesNow(db, tenantId, from, to)
  const changed: string[] = []
  for (const { data, hash, index } of leaves) {
    const isSame =
      data === null ? await pruned.has(tenantId, index) : leafHash(Buffer.from(data)).equals(hash)
    if (!isSame) changed.push(`${tenantId}/${index}`)
  }
  return leaves.length === to - from ? changed : [...changed, `${tenantId}/${from}`]
}

const someOf = <T>(all: readonly T[], most: number): T[] => {
  const left = [...all]
  const some: T[] = []
  while (some.length < most && left.length > 0)
    some.push(...left.splice(Math.floor(Math.random() * left.length), 1))
  return some
}

/** Hashes random parts of the trail anew, and every place that did not fit before. */
async function checkContent(
  db: Reader,
  suspects: readonly string[],
  limits: TrailLimits,
): Promise<TrailFindings> {
  const heads: readonly Head[] = await newestHeads(db)
  const changed = new Set<string>()
  const pruned = new PrunedLeaves(db)
  const look = async (tenantId: string, from: number, to: number) => {
    for (const place of await changedLeaves(db, pruned, tenantId, from, to)) changed.add(place)
  }
  for (const place of suspects) {
    const [tenantId = '', index = ''] = place.split('/')
    await look(tenantId, Number(index), Number(index) + 1)
  }
  for (const { tenantId, size } of someOf(heads, limits.trees)) {
    const from = Math.floor(Math.random() * Math.max(1, size - limits.window + 1))
    await look(tenantId, from, Math.min(from + limits.window, size))
  }
  const roots = await changedRoots(
    db,
    someOf(
      heads.filter(({ size }) => size <= limits.wholeTree),
      1,
    ),
  )
  const faults = [
    ...[...changed].map((place) => `the event at ${place} is not the one of its leaf`),
    ...roots,
  ]
  return { findings: findings('CONTENT', faults), suspects: [...changed].slice(0, MOST_SUSPECTS) }
}

/** Trees whose leaves no longer make their root. */
async function changedRoots(db: Reader, heads: readonly Head[]): Promise<string[]> {
  const faults: string[] = []
  for (const { tenantId, size, root } of heads) {
    const range = new CompactRange()
    for (const hash of await leafHashes(db, tenantId, size)) range.append(hash)
    if (!range.root().equals(root)) faults.push(`the tree of ${tenantId} has another root now`)
  }
  return faults
}

/**
 * Looks at the log as an auditor would: is it fresh, signed and witnessed, does it keep up, and are the events still
 * those that were logged. What a random look found once is looked at again every time.
 *
 * @param suspects - places that were found before, as `<tenant>/<index>`.
 */
export async function checkTrail(
  db: Reader,
  keys: TrailKeys,
  suspects: readonly string[],
  limits: TrailLimits = trailLimits,
): Promise<TrailFindings> {
  const checkpoint = await checkCheckpoint(db, keys, limits)
  const wait = await longestWait(db)
  const lag =
    wait > limits.waitSeconds
      ? findings('LAG', [`an event has waited ${Math.round(wait)} s for its place`])
      : []
  const content = await checkContent(db, suspects, limits)
  return { findings: [...checkpoint, ...lag, ...content.findings], suspects: content.suspects }
}
