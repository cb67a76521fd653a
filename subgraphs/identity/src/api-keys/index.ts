export { makeApprovedKey } from './creation-service.js'
export { apiKeyResolvers } from './resolvers.js'
export { apiKeyById } from './service.js'
