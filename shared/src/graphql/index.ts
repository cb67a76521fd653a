export { errorFormatter } from './format-error.js'
export { readBody } from './read-body.js'
export { recordRefusal } from './refused-deeds.js'
export type {
  InternalRoute,
  PublicSite,
  RunningSubgraph,
  StreamRoute,
  SubgraphServerOptions,
} from './subgraph-handler.js'
export {
  joinResolvers,
  type Resolvers,
  type SecuredSchema,
  securedSchema,
  subgraphSdl,
} from './subgraph-schema.js'
export { serveSubgraph } from './subgraph-server.js'
export { answer, type UserError } from './user-errors.js'
