export { eventResolvers } from './resolvers.js'
