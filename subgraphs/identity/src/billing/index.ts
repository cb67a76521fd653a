export { billingResolvers } from './resolvers.js'
