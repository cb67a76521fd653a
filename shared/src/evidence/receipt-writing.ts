import { formatProof } from '../tlog/proof-writing.js'
import { RECEIPT, type ReceiptTie } from './receipt.js'

/** What a receipt is made of. */
export interface ReceiptParts extends ReceiptTie {
  readonly logIndex: number
  readonly logProof: readonly Buffer[]
  /** The signed and cosigned checkpoint. */
  readonly checkpoint: string
}

/** The proof of a receipt (C2SP tlog-proof): a receipt is the leaf of its event, an empty line, and this. */
export function formatReceiptProof(parts: ReceiptParts): string {
  const { slot, size, nonce, batch, treeProof, forestProof, logIndex, logProof, checkpoint } = parts
  const head = `${RECEIPT} ${slot} ${size} ${nonce.toString('base64')} ${treeProof.length}\n${batch}\n`
  const extra = Buffer.concat([Buffer.from(head), ...treeProof, ...forestProof])
  return formatProof({ extra, index: logIndex, hashes: logProof, checkpoint })
}
