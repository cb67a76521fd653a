export {
  type Connection,
  connection,
  exactTime,
  type PageArguments,
  type PageRequest,
  pageRequest,
  pageSizes,
} from './connection.js'
export { type Clock, type RequestContext, requestContext, type TenantAccess } from './context.js'
export { DenialLimit, type DenialLimitParts, type RepeatableDenial } from './denial-limit.js'
export { decodeId, encodeId, type IdentifiedType, idPrefixes } from './ids.js'
export {
  type PersonalField,
  type PersonalReadDetail,
  PersonalReads,
  type ToldOperation,
  type WithheldField,
} from './personal-reads.js'
export { type ReadCounts, ReadTally, type Shown } from './read-tally.js'
export { demandReason } from './reason.js'
export { demandStepUp, STEP_UP_SECONDS } from './step-up.js'
