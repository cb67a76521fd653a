export { supportGrantResolvers } from './resolvers.js'
export { supportGrantById } from './service.js'
