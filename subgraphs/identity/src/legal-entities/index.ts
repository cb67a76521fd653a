export { legalEntityResolvers } from './resolvers.js'
export { legalEntityById } from './service.js'
