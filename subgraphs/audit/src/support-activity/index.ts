export { supportActivityResolvers } from './resolvers.js'
