import type { IdentitySettings } from '@autora/shared/config'
import type { PublicSite } from '@autora/shared/graphql'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { credentialKeys, PasswordHasher } from '../accounts/index.js'
import type { Interactions } from '../issuer/index.js'
import type { IssuerDatabase } from '../issuer-database.js'
import type { MailSender } from '../mail/index.js'
import { signInSite } from './site.js'

/** What the pages are opened with. */
export interface SignInParts {
  readonly settings: IdentitySettings
  readonly database: IssuerDatabase
  readonly interactions: Interactions
  readonly clock: Clock
  readonly log: Log
  readonly mail: MailSender
}

/** Opens the pages on which people sign in. */
export function openSignIn({ settings, database, interactions, clock, log, mail }: SignInParts): PublicSite {
  const context = {
    database,
    clock,
    log,
    keys: credentialKeys(settings.AUTORA_ISSUER_KEY),
    hasher: new PasswordHasher(),
    mail,
    issuer: new URL(settings.AUTORA_ISSUER),
  }
  return signInSite({ context, interactions, proxies: settings.AUTORA_PROXIES ?? 0 })
}
