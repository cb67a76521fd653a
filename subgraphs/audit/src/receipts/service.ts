import type { TenantTx } from '@autora/shared/database'
import { formatReceiptProof, headLeaf, parseBatchLeaf } from '@autora/shared/evidence'
import type { RequestContext } from '@autora/shared/request'
import { leafHash, rootFromInclusion } from '@autora/shared/tlog'
import { type CheckedEvent, checked, readingScope } from '../events/index.js'
import { newestHead } from '../evidence/index.js'
import { recordReading } from '../reading/index.js'
import { eventByNumber } from './repository.js'
import { treeProof } from './tree-service.js'

/** A receipt: an event and the proof that it is in the log. */
export interface Receipt {
  readonly event: CheckedEvent
  readonly proof: string
}

/** The proof of an event under the newest checkpoint; null while there is none, and when it cannot be proven. */
async function prove(tx: TenantTx, ctx: RequestContext, event: CheckedEvent): Promise<string | null> {
  const { tenant_id: tenantId, leaf_index: index, leaf_hash: leaf } = event
  const head = index === null ? null : await newestHead(tx, tenantId)
  if (index === null || !leaf || !head || head.size <= index) return null
  const { slots, forestRoot } = parseBatchLeaf(head.batch)
  const { slot, size, nonce, forestProof } = head
  const isRoot = (root: Buffer): boolean => {
    const inForest = leafHash(headLeaf({ tenantId, size, root, nonce }))
    return rootFromInclusion(slot, slots, inForest, forestProof).equals(forestRoot)
  }
  const proof = await treeProof(tx, tenantId, { index, size, leaf, isRoot })
  if (proof) return formatReceiptProof({ ...head, treeProof: proof })
  ctx.log.error('trail.broken', new Error('a leaf is not under its head'), {
    tenantId,
    event: event.id,
    index,
  })
  return null
}

const numberForm = /^\d{1,18}$/

/**
 * The receipt of an event that the caller sees. That it was read is an event of its own, like every read.
 *
 * @param eventId - `sequence` of the event.
 * @returns null when there is no such event for the caller, and while it is not under a checkpoint.
 */
export async function auditReceipt(ctx: RequestContext, eventId: string): Promise<Receipt | null> {
  if (!numberForm.test(eventId)) return null
  return ctx.tenant.write(async (tx) => {
    const row = await eventByNumber(tx, eventId, readingScope(ctx))
    const [event] = row ? checked(ctx, [row]) : []
    const proof = event ? await prove(tx, ctx, event) : null
    const receipt = event && proof ? { event, proof } : null
    await recordReading(tx, ctx, {
      field: 'auditReceipt',
      filter: { eventId },
      events: receipt ? [receipt.event] : [],
    })
    return receipt
  })
}
