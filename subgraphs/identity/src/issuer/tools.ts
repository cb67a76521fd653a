import type { IdentitySettings } from '@autora/shared/config'
import type { Clock } from '@autora/shared/request'
import { IssuerDatabase } from '../issuer-database.js'
import { Clients } from './client-service.js'
import { SigningKeys } from './key-service.js'
import { IssuerSecrets } from './secrets.js'

/** The settings that the issuer's own work needs. */
export type IssuerToolSettings = Pick<
  IdentitySettings,
  'AUTORA_ISSUER_DATABASE_URL' | 'AUTORA_ISSUER_SEAL_KEY' | 'AUTORA_ISSUER_KEY'
>

/** What an operator does beside a running issuer; running ones see it within `keyTimes.reload`. */
export interface IssuerTools {
  readonly keys: SigningKeys
  readonly clients: Clients
}

/**
 * Runs an operator's work on the issuer and lets go of the database.
 * @throws {Error} when the database cannot be reached or refuses the issuer's role.
 */
export async function withIssuerTools<Result>(
  settings: IssuerToolSettings,
  work: (tools: IssuerTools) => Promise<Result>,
  clock: Clock = { now: () => new Date() },
): Promise<Result> {
  const database = await IssuerDatabase.open({
    url: settings.AUTORA_ISSUER_DATABASE_URL,
    applicationName: 'autora-issuer-tools',
    poolSize: 1,
    sealKey: settings.AUTORA_ISSUER_SEAL_KEY,
    clock,
  })
  const secrets = new IssuerSecrets(settings.AUTORA_ISSUER_KEY)
  try {
    return await work({
      keys: new SigningKeys(database, secrets, clock),
      clients: new Clients(database, secrets),
    })
  } finally {
    await database.close()
  }
}
