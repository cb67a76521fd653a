export { revealResolvers } from './resolvers.js'
