export { LINK_TOKEN, type LinkToken, linkHash, newLinkToken } from './link-token.js'
