export { type SignInOptions, signInSite } from './site.js'
