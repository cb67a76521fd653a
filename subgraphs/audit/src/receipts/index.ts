export { receiptResolvers } from './resolvers.js'
