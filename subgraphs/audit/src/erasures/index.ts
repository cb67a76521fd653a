export { erasureResolvers } from './resolvers.js'
