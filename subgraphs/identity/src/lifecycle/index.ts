export { lifecycleDeeds } from './deeds-service.js'
export { lifecycleResolvers } from './resolvers.js'
