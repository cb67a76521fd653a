import { TlogError } from '../tlog/bytes.js'
import { type Checkpoint, openLogCheckpoint } from '../tlog/checkpoint.js'
import { CompactRange } from '../tlog/compact-range.js'
import { readCosignatures } from '../tlog/cosignature.js'
import { leafHash, rootFromInclusion, verifyConsistency } from '../tlog/merkle.js'
import { type BundleDisclosure, type BundleHead, parseBundleLine } from './bundle.js'
import { isCommitted } from './commitment.js'
import { readDeclared, secondsOf } from './declared.js'
import { headLeaf, parseBatchLeaf, parseEventLeaf } from './leaves.js'
import type { EvidencePolicy } from './policy.js'
import type { Verdict } from './verdict.js'

class Tampered extends Error {
  constructor(
    readonly why: string,
    readonly from: number,
  ) {
    super(why)
  }
}

class TooWeak extends Error {}

interface WitnessedHead {
  readonly size: number
  /** Unix time in seconds at which the quorum had seen it. */
  readonly seenAt: number
  readonly checkpoint: Checkpoint | null
}

/** How far the clocks of log and witnesses may differ, in seconds. */
const SKEW_SECONDS = 10

const dateOf = (seconds: number): Date => new Date(seconds * 1000)

/** When the quorum had seen a checkpoint, in Unix seconds: the time of the witness that completed it; null without one. */
export const witnessedAt = (note: string, { witnesses, quorum }: EvidencePolicy): number | null => {
  const times = readCosignatures(note, witnesses).map(({ time }) => time)
  return times.sort((a, b) => a - b)[quorum - 1] ?? null
}

/** Whether an event claims to be from after the time at which it was seen. @param recordedAt - ISO 8601. */
export const isAfterWitness = (recordedAt: string, seenAt: number): boolean =>
  secondsOf(recordedAt) > seenAt + SKEW_SECONDS

/** Reads a bundle line by line; memory stays the same however long it is. */
class BundleReader {
  private readonly tree = new CompactRange()
  private hasStarted = false
  /** Body of the last event, which disclosures behind it are about. */
  private body = ''
  private disclosed = 0
  private last: WitnessedHead = { size: 0, seenAt: 0, checkpoint: null }
  private readonly notes: string[] = []
  /** Times of events that no head covers yet: the earliest and the latest. */
  private earliest = Number.POSITIVE_INFINITY
  private latest = Number.NEGATIVE_INFINITY

  constructor(
    private readonly policy: EvidencePolicy,
    private readonly asOf: number,
  ) {}

  get covered(): number {
    return this.last.size
  }

  get until(): Date | null {
    return this.last.checkpoint ? dateOf(this.last.seenAt) : null
  }

  take(text: string): void {
    const line = parseBundleLine(text)
    if (line.kind === 'bundle') {
      if (this.hasStarted) throw new Tampered('a second bundle begins', this.tree.size)
      if (line.tenant !== this.policy.tenantId || line.slot !== this.policy.slot)
        throw new Tampered('the bundle is of another tenant or slot', 0)
      this.hasStarted = true
      return
    }
    if (!this.hasStarted) throw new TlogError('the bundle has no first line')
    if (line.kind === 'event') this.takeEvent(line.leaf)
    else if (line.kind === 'disclosure') this.takeDisclosure(line)
    else this.takeHead(line)
  }

  private takeEvent(leaf: string): void {
    const { envelope, body } = parseEventLeaf(leaf)
    this.body = body
    const at = this.tree.size
    if (envelope.tenantId !== this.policy.tenantId) throw new Tampered('an event of another tenant', at)
    if (envelope.index !== at) throw new Tampered('an event is missing, doubled or out of order', at)
    const time = secondsOf(envelope.recordedAt)
    this.earliest = Math.min(this.earliest, time)
    this.latest = Math.max(this.latest, time)
    this.tree.append(leafHash(Buffer.from(leaf)))
  }

  private takeDisclosure({ index, field, value, salt }: BundleDisclosure): void {
    if (index !== this.tree.size - 1 || !isCommitted(this.body, field, value, salt))
      throw new Tampered('a disclosed value is not what its event committed to', index)
    this.disclosed += 1
  }

  private takeHead(head: BundleHead): void {
    const { policy, last } = this
    const checkpoint = openLogCheckpoint(head.checkpoint, policy.log)
    const seenAt = witnessedAt(head.checkpoint, policy)
    if (seenAt === null) throw new TooWeak('too few witnesses saw a checkpoint')
    if (seenAt < last.seenAt) throw new Tampered('witnessed times go backwards', last.size)
    if (last.checkpoint) {
      this.takeDeclared(head, checkpoint, last.checkpoint, seenAt)
      verifyConsistency(last.checkpoint, checkpoint, head.consistency)
    }
    if (head.size !== this.tree.size)
      throw new Tampered('events are missing or too many', Math.min(head.size, this.tree.size))
    this.proveHead(head, checkpoint)
    this.proveTimes(seenAt)
    this.last = { size: head.size, seenAt, checkpoint }
  }

  /** What the log declared since the head before: a new name has to be declared, and a long silence. */
  private takeDeclared(head: BundleHead, now: Checkpoint, before: Checkpoint, seenAt: number): void {
    const { origin, silence, notes } = readDeclared(head.declaring ?? [], before, now)
    this.notes.push(...notes)
    if (origin !== now.origin)
      throw new Tampered('another log goes on, and nobody declared it', this.last.size)
    const allowed = origin === before.origin ? Math.min(silence, this.policy.pauseSeconds) : Infinity
    if (seenAt - this.last.seenAt > this.policy.windowSeconds + allowed)
      throw new TooWeak('too long without a witness')
  }

  /** Tenant's tree → head in its slot of the forest → batch in the global log → checkpoint. */
  private proveHead(head: BundleHead, checkpoint: Checkpoint): void {
    const { tenantId, slot } = this.policy
    const batch = parseBatchLeaf(head.batch)
    const leaf = headLeaf({ tenantId, size: head.size, root: this.tree.root(), nonce: head.nonce })
    const forest = rootFromInclusion(slot, batch.slots, leafHash(leaf), head.forestProof)
    const log = rootFromInclusion(
      head.logIndex,
      checkpoint.size,
      leafHash(Buffer.from(head.batch)),
      head.logProof,
    )
    // a head stands for a checkpoint only in its last batch: an older one would hide what came after
    if (head.logIndex !== checkpoint.size - 1) throw new Tampered('not the newest state', this.last.size)
    if (!log.equals(checkpoint.root) || !forest.equals(batch.forestRoot))
      throw new Tampered('events differ from what was witnessed', this.last.size)
  }

  /** Events were recorded within the window that two witnessed times leave. */
  private proveTimes(seenAt: number): void {
    const { last, policy } = this
    if (this.latest > seenAt + SKEW_SECONDS)
      throw new Tampered('an event is from after its witness', last.size)
    if (last.checkpoint && this.earliest < last.seenAt - policy.windowSeconds - SKEW_SECONDS)
      throw new Tampered('an event is from before its window', last.size)
    this.earliest = Number.POSITIVE_INFINITY
    this.latest = Number.NEGATIVE_INFINITY
  }

  finish(): Verdict {
    const { last, policy, tree } = this
    if (!last.checkpoint) throw new TooWeak('the bundle holds no witnessed checkpoint')
    if (tree.size > last.size) throw new Tampered('events that nobody witnessed', last.size)
    if (this.asOf - last.seenAt > policy.windowSeconds)
      throw new TooWeak('the evidence ends before the time that was asked for')
    const { disclosed, notes } = this
    return { verdict: 'VERIFIED', events: tree.size, disclosed, until: dateOf(last.seenAt), notes }
  }
}

/**
 * Says whether a bundle holds all events of a tenant, untouched, up to a time. Nothing is believed but the policy: no
 * network, no clock but the one that is handed in.
 *
 * @param lines - of the bundle, without newlines.
 * @param asOf - the time for which completeness is asked; usually now.
 */
export function verifyBundle(lines: Iterable<string>, policy: EvidencePolicy, asOf: Date): Verdict {
  const reader = new BundleReader(policy, asOf.getTime() / 1000)
  try {
    for (const line of lines) reader.take(line)
    return reader.finish()
  } catch (error) {
    if (error instanceof TooWeak) return { verdict: 'CANNOT_TELL', why: error.message, until: reader.until }
    if (error instanceof Tampered)
      return { verdict: 'TAMPERED', why: error.why, from: error.from, after: reader.until }
    // what does not prove, or is no evidence at all, is not what was handed out
    if (error instanceof TlogError)
      return { verdict: 'TAMPERED', why: error.message, from: reader.covered, after: reader.until }
    throw error
  }
}
