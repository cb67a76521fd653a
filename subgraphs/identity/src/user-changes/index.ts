export { userChangeDeeds } from './deeds.js'
export { userChangeResolvers } from './resolvers.js'
