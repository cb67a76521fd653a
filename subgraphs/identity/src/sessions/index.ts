export { sessionResolvers } from './resolvers.js'
export { endSessionsOf } from './service.js'
