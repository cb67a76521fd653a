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
export { DateTime } from './date-time.js'
export { fieldRules, type SchemaRules } from './field-rules.js'
export { errorFormatter } from './format-error.js'
export { decodeId, encodeId, type IdentifiedType, idPrefixes } from './ids.js'
export { prelude } from './prelude.js'
export { MOST_REPRESENTATIONS } from './shield-rules.js'
export { type Resolvers, type SecuredSchema, securedSchema, subgraphSdl } from './subgraph-schema.js'
export {
  type InternalRoute,
  type RunningSubgraph,
  type SubgraphServerOptions,
  serveSubgraph,
} from './subgraph-server.js'
export { answer, type UserError } from './user-errors.js'
