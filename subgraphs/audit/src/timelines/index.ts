export { forgetTimelines, TimelineFollower } from './follower-service.js'
export { timelineResolvers } from './resolvers.js'
