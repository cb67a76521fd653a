export { makeApprovedKey } from './creation-service.js'
export { apiKeyResolvers } from './resolvers.js'
export { apiKeyRoutes } from './routes.js'
export { apiKeyById } from './service.js'
