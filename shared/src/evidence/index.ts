export {
  type BundleEvent,
  type BundleHead,
  type BundleLine,
  type BundleStart,
  formatBundleLine,
  parseBundleLine,
} from './bundle.js'
export {
  type Batch,
  batchLeaf,
  type EventEnvelope,
  eventLeaf,
  headLeaf,
  parseBatchLeaf,
  parseEventLeaf,
  type TenantHead,
} from './leaves.js'
export { type EvidencePolicy, parsePolicy } from './policy.js'
export { type Bracket, type Verdict, verifyBundle } from './verify.js'
