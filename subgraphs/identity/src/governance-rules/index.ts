export type { GovernanceRuleRow } from './entity.js'
export { floorColumn, readFloor } from './floor.js'
export { governanceRuleResolvers } from './resolvers.js'
export { floorAt, governanceRuleDeeds, rulesInForce } from './service.js'
