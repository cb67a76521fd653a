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
export { decodeId, encodeId, type IdentifiedType, idPrefixes } from './ids.js'
export { type ReadCounts, ReadTally, type Shown } from './read-tally.js'
export { demandReason } from './reason.js'
export { demandStepUp, STEP_UP_SECONDS } from './step-up.js'
