export { appointmentResolvers } from './resolvers.js'
