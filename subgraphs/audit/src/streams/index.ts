export { streamResolvers } from './resolvers.js'
export { StreamSender } from './run.js'
