export { accessPolicyDeeds } from './change-service.js'
export type { PolicyFacts } from './entity.js'
export { nextPolicyChange, policyFacts, policyInForce } from './in-force.js'
export { accessPolicyResolvers } from './resolvers.js'
