export { metricsResolvers } from './resolvers.js'
