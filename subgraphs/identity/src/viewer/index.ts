export { viewerResolvers } from './resolvers.js'
