export {
  type BundleDisclosure,
  type BundleEvent,
  type BundleHead,
  type BundleLine,
  type BundleStart,
  type DeclaringBatch,
  parseBundleLine,
} from './bundle.js'
export { formatBundleLine } from './bundle-writing.js'
export { commitmentOf, commitmentText, SALT_BYTES } from './commitment.js'
export { batchLeaf, eventLeaf, formatDeclaration } from './leaf-writing.js'
export {
  type Batch,
  type Declaration,
  EVENT,
  type EventEnvelope,
  headLeaf,
  parseBatchLeaf,
  parseDeclarations,
  parseEventLeaf,
  type TenantHead,
} from './leaves.js'
export { type EvidencePolicy, parsePolicy } from './policy.js'
export { linesOf, verdictCodes, verdictLines, verifyHelp, verifyProgram } from './program.js'
export { isReceipt, type ReceiptTie, verifyReceipt } from './receipt.js'
export { formatReceiptProof, type ReceiptParts } from './receipt-writing.js'
export type { Verdict } from './verdict.js'
export { verifyBundle } from './verify.js'
