// TEMPORARY re-exports while neighbours move
export * from '../request/index.js'
export * from '../schema/index.js'
export { DateTime } from './date-time.js'
export { errorFormatter } from './format-error.js'
export { type Resolvers, type SecuredSchema, securedSchema, subgraphSdl } from './subgraph-schema.js'
export {
  type InternalRoute,
  type RunningSubgraph,
  type SubgraphServerOptions,
  serveSubgraph,
} from './subgraph-server.js'
export { answer, type UserError } from './user-errors.js'
