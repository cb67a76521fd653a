export type { UserRow } from './entity.js'
export { userResolvers } from './resolvers.js'
export { userById } from './service.js'
