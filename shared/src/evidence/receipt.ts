import { decodeBase64, decodeNumber, HASH_BYTES, TlogError } from '../tlog/bytes.js'
import { openLogCheckpoint } from '../tlog/checkpoint.js'
import { leafHash, rootFromInclusion } from '../tlog/merkle.js'
import { parseProof, verifyProof } from '../tlog/proof.js'
import { EVENT, headLeaf, parseBatchLeaf, parseEventLeaf } from './leaves.js'
import type { EvidencePolicy } from './policy.js'
import type { Verdict } from './verdict.js'
import { isAfterWitness, witnessedAt } from './verify.js'

/** How a tenant's tree is tied to the batch that the proof is of; travels in the proof's extra data. */
export interface ReceiptTie {
  readonly slot: number
  /** Of the tenant's tree. */
  readonly size: number
  readonly nonce: Buffer
  /** The leaf of the global log. */
  readonly batch: string
  readonly treeProof: readonly Buffer[]
  readonly forestProof: readonly Buffer[]
}

/** First word of the extra data. */
export const RECEIPT = 'autora-receipt/1'

/** Whether a file is a receipt, by its beginning. */
export const isReceipt = (text: string): boolean => text.startsWith(`${EVENT} `)

function parseTie(extra: Buffer | null): ReceiptTie {
  const [head = '', batch = ''] = extra?.toString('latin1').split('\n', 2) ?? []
  const [kind, slot = '', size = '', nonce = '', inTree = ''] = head.split(' ')
  const bytes = extra?.subarray(head.length + batch.length + 2) ?? Buffer.of()
  if (kind !== RECEIPT || bytes.length % HASH_BYTES !== 0)
    throw new TlogError('not a receipt of this version')
  const hashes = Array.from({ length: bytes.length / HASH_BYTES }, (_, n) =>
    bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES),
  )
  const split = decodeNumber(inTree)
  const proofs = { treeProof: hashes.slice(0, split), forestProof: hashes.slice(split) }
  return { slot: decodeNumber(slot), size: decodeNumber(size), nonce: decodeBase64(nonce), batch, ...proofs }
}

function prove(text: string, policy: EvidencePolicy): Verdict {
  const end = text.indexOf('\n\n')
  const leaf = text.slice(0, end)
  const { envelope } = parseEventLeaf(leaf)
  const proof = parseProof(text.slice(end + 2))
  const { slot, size, nonce, batch, treeProof, forestProof } = parseTie(proof.extra)
  const { tenantId } = policy
  if (envelope.tenantId !== tenantId || slot !== policy.slot)
    throw new TlogError('the receipt is of another tenant or slot')
  const root = rootFromInclusion(envelope.index, size, leafHash(Buffer.from(leaf)), treeProof)
  const { slots, forestRoot } = parseBatchLeaf(batch)
  const head = leafHash(headLeaf({ tenantId, size, root, nonce }))
  if (!rootFromInclusion(slot, slots, head, forestProof).equals(forestRoot))
    throw new TlogError('the event differs from what was witnessed')
  openLogCheckpoint(proof.checkpoint, policy.log)
  verifyProof(proof, leafHash(Buffer.from(batch)))
  const seenAt = witnessedAt(proof.checkpoint, policy)
  if (seenAt === null)
    return { verdict: 'CANNOT_TELL', why: 'too few witnesses saw the checkpoint', until: null }
  if (isAfterWitness(envelope.recordedAt, seenAt)) throw new TlogError('the event is from after its witness')
  return {
    ...{ verdict: 'VERIFIED', events: 1, disclosed: 0, notes: [] },
    ...{ index: envelope.index, until: new Date(seenAt * 1000) },
  }
}

/**
 * Says whether a receipt proves its event: in the tenant's tree, in the tenant's slot of the forest, in a batch of the log,
 * under a witnessed checkpoint. It says nothing about other events.
 */
export function verifyReceipt(text: string, policy: EvidencePolicy): Verdict {
  try {
    return prove(text, policy)
  } catch (error) {
    if (error instanceof TlogError) return { verdict: 'TAMPERED', why: error.message, from: 0, after: null }
    throw error
  }
}
