export type { Follower, LoggedEvent } from './entity.js'
export { Followers } from './run.js'
