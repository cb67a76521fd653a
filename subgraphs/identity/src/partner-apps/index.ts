export { partnerAppResolvers } from './resolvers.js'
export { apiKeyById } from './service.js'
