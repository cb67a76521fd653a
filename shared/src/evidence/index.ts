export {
  type BundleDisclosure,
  type BundleEvent,
  type BundleHead,
  type BundleLine,
  type BundleStart,
  parseBundleLine,
} from './bundle.js'
export { formatBundleLine } from './bundle-writing.js'
export { commitmentOf, commitmentText, SALT_BYTES } from './commitment.js'
export { batchLeaf, eventLeaf } from './leaf-writing.js'
export {
  type Batch,
  EVENT,
  type EventEnvelope,
  headLeaf,
  parseBatchLeaf,
  parseEventLeaf,
  type TenantHead,
} from './leaves.js'
export { type EvidencePolicy, parsePolicy } from './policy.js'
export { linesOf, verdictCodes, verdictLines, verifyHelp, verifyProgram } from './program.js'
export { isReceipt, type ReceiptTie, verifyReceipt } from './receipt.js'
export { formatReceiptProof, type ReceiptParts } from './receipt-writing.js'
export { type Verdict, verifyBundle } from './verify.js'
