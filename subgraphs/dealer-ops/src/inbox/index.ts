export { inboxResolvers } from './resolvers.js'
