export { Authenticator, type AuthenticatorOptions } from './authenticator.js'
