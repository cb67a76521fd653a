export { incidentResolvers } from './resolvers.js'
