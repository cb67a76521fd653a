export type { PolicyFacts } from './entity.js'
export { policyFacts, policyInForce } from './in-force.js'
export { accessPolicyResolvers } from './resolvers.js'
export { accessPolicyDeeds } from './service.js'
