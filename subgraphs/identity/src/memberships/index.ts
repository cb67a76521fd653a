export { type Asked, askOrDo } from './asked.js'
export { membershipDeeds } from './deeds.js'
export type { Place } from './entity.js'
export { membershipResolvers, placeOf } from './resolvers.js'
export {
  demandGovernable,
  demandGrantable,
  demandSuccessor,
  demandValidity,
  eventStore,
  isGovernor,
} from './rules-service.js'
export { addMembership } from './service.js'
