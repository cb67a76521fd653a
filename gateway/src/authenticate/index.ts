export { Authenticator, type AuthenticatorOptions, unauthenticated } from './authenticator.js'
export type { Admission } from './principals.js'
export type { Change, FeedReader, RevocationFeed } from './revocation-feed.js'
