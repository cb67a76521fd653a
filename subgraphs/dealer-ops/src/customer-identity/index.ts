export type { IdentityField } from './entity.js'
export { customerIdentityResolvers } from './resolvers.js'
export { identityValue } from './service.js'
