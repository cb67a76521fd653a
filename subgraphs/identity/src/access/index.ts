export { accessResolvers } from './resolvers.js'
