export { type FeedOptions, RevocationFeed } from './feed.js'
