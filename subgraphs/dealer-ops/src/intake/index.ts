export { intakeResolvers } from './resolvers.js'
export { intakeRoute } from './route.js'
