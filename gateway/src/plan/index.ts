export type { Execution } from './execution.js'
export { GraphqlServer } from './graphql-server.js'
export { SecuredGateway } from './secured-gateway.js'
