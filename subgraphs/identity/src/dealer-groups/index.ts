export type { DealerGroupRow } from './entity.js'
export { dealerGroupResolvers } from './resolvers.js'
export { dealerGroupById } from './service.js'
