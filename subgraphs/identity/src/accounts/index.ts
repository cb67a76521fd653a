export { forgetOld, TooManyAttempts } from './attempts-service.js'
export type { AccountContext, ProvenAccount, Visitor } from './context.js'
export { type CredentialKeys, credentialKeys, sameMac } from './credential-keys.js'
export {
  type ChangedFactors,
  dropAuthenticator,
  dropPasskey,
  enrolAuthenticator,
  offerSeed,
  openOffer,
  recoveryCodesLeft,
  renewRecoveryCodes,
  type SeedOffer,
} from './enrolment-service.js'
export type { Account, OwnSession, Passkey } from './entity.js'
export {
  type Acceptance,
  acceptAsAccount,
  acceptAsNewPerson,
  type OpenInvitation,
  openInvitation,
  wrongCode,
} from './invitation-service.js'
export { LINK_TOKEN, type LinkToken, linkHash, newLinkToken } from './link-token.js'
export { seedAddress, seedText } from './one-time-codes.js'
export { hasPasskeys } from './passkey-ceremony.js'
export { addPasskey, passkeyCreation } from './passkey-making-service.js'
export { checkPasskey, ownPasskeys, passkeyRequest } from './passkey-service.js'
export { argon2Parameters, HasherBusy, PasswordHasher } from './password-hasher.js'
export { passwordLength } from './password-rules.js'
export {
  accountOfReset,
  changePassword,
  type PasswordChange,
  requestReset,
  resetPassword,
  tellDeadReset,
} from './password-service.js'
export { endOwnSession, ownSessions } from './sessions-service.js'
export { checkCode, checkPassword, completeSignIn, currentAccount, missingProof } from './sign-in-service.js'
