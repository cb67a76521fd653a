export { accessPolicyResolvers } from './resolvers.js'
