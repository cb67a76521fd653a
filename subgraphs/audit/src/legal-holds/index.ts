export { legalHoldResolvers } from './resolvers.js'
