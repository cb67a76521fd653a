export type { DealerGroupRow } from './entity.js'
export { dealerGroupResolvers } from './resolvers.js'
export { dealerGroupById, demandSetUp } from './service.js'
