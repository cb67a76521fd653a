export { incidentResolvers } from './resolvers.js'
export { incident } from './service.js'
