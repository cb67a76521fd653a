export { recordGrantAttempt } from './attempt-service.js'
export { breakGlass } from './break-glass-service.js'
export { supportGrantResolvers } from './resolvers.js'
export { supportGrantById } from './service.js'
