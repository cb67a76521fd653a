import { randomBytes } from 'node:crypto'
import { EVENT, headLeaf } from '@autora/shared/evidence'
import { CompactRange, leafHash } from '@autora/shared/tlog'
import type { BatchPlan, HeadRow, PendingEvent, PlacedLeaf } from './entity.js'

const HASH_BYTES = 32

const split = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length / HASH_BYTES }, (_, n) =>
    bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES),
  )

const leafOf = ({ tenantId, size, root, nonce }: HeadRow): Buffer =>
  leafHash(headLeaf({ tenantId, size, root, nonce }))

/** The trees of all tenants as the leader knows them; what was planned counts only once it was committed. */
export class Forest {
  private heads = new Map<string, HeadRow>()
  private slots: Buffer[] = []

  /** @param heads - the newest of each tenant. */
  constructor(heads: readonly HeadRow[]) {
    this.keep(heads)
  }

  /**
   * Places events in their tenants' trees, in the order they come in. A tenant that is new gets the next slot, for ever.
   *
   * @param number - of the batch.
   * @param events - not placed yet, in the order of (epoch, xid, id).
   */
  plan(number: number, events: readonly PendingEvent[]): BatchPlan {
    const ranges = new Map<string, CompactRange>()
    const leaves: PlacedLeaf[] = []
    for (const { tenantId, eventId, recordedAt, tail } of events) {
      const range = ranges.get(tenantId) ?? this.rangeOf(tenantId)
      ranges.set(tenantId, range)
      const index = range.size
      const hash = leafHash(Buffer.from(`${EVENT} ${tenantId} ${index}${tail}`))
      range.append(hash)
      leaves.push({ tenantId, eventId, recordedAt, index, hash })
    }
    const heads = this.grown(ranges)
    const forest = this.rootWith(heads)
    return { number, leaves, heads, slots: forest.size, forestRoot: forest.root() }
  }

  /** Takes over what was committed. */
  keep(heads: readonly HeadRow[]): void {
    for (const head of heads) {
      this.heads.set(head.tenantId, head)
      this.slots[head.slot] = leafOf(head)
    }
  }

  private rangeOf(tenantId: string): CompactRange {
    const head = this.heads.get(tenantId)
    return head ? new CompactRange(head.size, split(head.subtrees)) : new CompactRange()
  }

  private grown(ranges: ReadonlyMap<string, CompactRange>): HeadRow[] {
    let next = this.slots.length
    return [...ranges].map(([tenantId, range]) => ({
      tenantId,
      slot: this.heads.get(tenantId)?.slot ?? next++,
      size: range.size,
      root: range.root(),
      subtrees: Buffer.concat(range.subtrees()),
      nonce: randomBytes(HASH_BYTES),
    }))
  }

  private rootWith(heads: readonly HeadRow[]): CompactRange {
    const leaves = [...this.slots]
    for (const head of heads) leaves[head.slot] = leafOf(head)
    const forest = new CompactRange()
    for (const leaf of leaves) forest.append(leaf)
    return forest
  }
}
