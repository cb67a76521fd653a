export { openSignIn, type SignInParts } from './open-sign-in.js'
