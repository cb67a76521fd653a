export { onboardingResolvers } from './resolvers.js'
