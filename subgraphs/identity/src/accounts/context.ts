import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import type { IssuerDatabase } from '../issuer-database.js'
import type { MailSender } from '../mail/index.js'
import type { ClientOrigin } from '../network.js'
import type { CredentialKeys } from './credential-keys.js'
import type { PasswordHasher } from './password-hasher.js'

/** What the deeds of sign-in work with. */
export interface AccountContext {
  readonly database: IssuerDatabase
  readonly keys: CredentialKeys
  readonly hasher: PasswordHasher
  readonly mail: MailSender
  readonly clock: Clock
  readonly log: Log
  /** Where people sign in, as browsers reach it. */
  readonly issuer: URL
}

/** Who is trying, as far as that can be known before he has proven anything. */
export interface Visitor {
  /** Where he signs in from, for the trail: personal data, kept so that it can be erased. */
  readonly client: ClientOrigin
  /** His network: an IPv4 /24 or an IPv6 /56. */
  readonly network: string
  /** Devices that have signed in before, from their signed cookies. */
  readonly devices: readonly { readonly accountId: string; readonly deviceId: string }[]
}

/** Somebody who has proven a password or a passkey; `stamp` ends with the next change of his credentials. */
export interface ProvenAccount {
  readonly accountId: string
  readonly stamp: string
}
