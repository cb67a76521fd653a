export type { ProviderRules } from './addresses.js'
export { identityProviderResolvers } from './resolvers.js'
export { providerRoutes } from './routes.js'
