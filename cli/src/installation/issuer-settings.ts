import type { IssuerToolSettings } from '@autora/identity'
import { type Environment, identitySettings, readConfig } from '@autora/shared/config'
import { loginRole } from '@autora/shared/database'
import { asRole } from '../database/admin.js'
import { runningTarget } from '../database/targets.js'
import { Complaint } from '../terminal/complaint.js'
import type { Home } from './home.js'
import { readSecrets, sealKeyOf } from './secrets.js'

const settings = identitySettings.pick({
  AUTORA_ISSUER_DATABASE_URL: true,
  AUTORA_ISSUER_SEAL_KEY: true,
  AUTORA_ISSUER_KEY: true,
})

/** What commands on the issuer say about their settings. */
export const issuerSettingsHelp = `Without settings it works on the installation that runs here. Elsewhere it needs those of the identity service:

  AUTORA_ISSUER_DATABASE_URL  connection string of the role autora_issuer
  AUTORA_ISSUER_SEAL_KEY      <id>:<64 hex digits>
  AUTORA_ISSUER_KEY           64 hex digits

Each can also be the content of a file: AUTORA_ISSUER_KEY_FILE=/run/secrets/issuer_key.`

/**
 * The issuer's settings: from the environment, or those of the installation that runs here.
 *
 * @throws {ConfigError} naming what is missing or malformed. @throws {Complaint} there is neither.
 */
export function issuerSettings(environment: Environment, home: Home): IssuerToolSettings {
  const isGiven = Object.keys(settings.shape).some((name) => environment[name] || environment[`${name}_FILE`])
  if (isGiven) return readConfig(settings, environment)
  const target = runningTarget(home)
  const secrets = readSecrets(home)
  if (!target || !secrets)
    throw new Complaint(
      'There is no issuer: AUTORA_ISSUER_DATABASE_URL is not set and no installation runs here. Set it, or run npm start first.',
    )
  return {
    AUTORA_ISSUER_DATABASE_URL: asRole(target.url, loginRole('issuer'), secrets.rolePasswords.issuer),
    AUTORA_ISSUER_SEAL_KEY: sealKeyOf(secrets.issuerSealKey),
    AUTORA_ISSUER_KEY: Buffer.from(secrets.issuerSecret, 'hex'),
  }
}
