export type {
  AuthenticationMethod,
  Interaction,
  Interactions,
  MembershipChoice,
} from './interaction.js'
export { type Issuer, type IssuerOptions, openIssuer } from './open-issuer.js'
export type { Sessions, SessionWish } from './session-service.js'
export type { GrantType } from './site.js'
export { type IssuerToolSettings, type IssuerTools, withIssuerTools } from './tools.js'
