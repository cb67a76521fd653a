import { auditSettings, type Environment, readConfig } from '@autora/shared/config'
import { LocalKeyWrapping } from '@autora/shared/vault'
import { externalTarget } from '../database/targets.js'
import { Complaint } from '../terminal/complaint.js'
import type { Home } from './home.js'
import { readSecrets } from './secrets.js'

const settings = auditSettings.pick({ AUTORA_VAULT_KEY: true, AUTORA_VAULT_FURTHER_KEYS: true })

/**
 * What wraps the keys of dealer groups: by the settings, or of the installation that runs here.
 * @throws {ConfigError} naming what is missing. @throws {Complaint} there is neither.
 */
export function wrappingFor(environment: Environment, home: Home): LocalKeyWrapping {
  if (externalTarget(environment)) {
    const { AUTORA_VAULT_KEY: key, AUTORA_VAULT_FURTHER_KEYS: furtherKeys } = readConfig(
      settings,
      environment,
    )
    return new LocalKeyWrapping(key, furtherKeys)
  }
  const secrets = readSecrets(home)
  if (!secrets) throw new Complaint('There is no database: set DATABASE_URL, or run npm start first.')
  return new LocalKeyWrapping(Buffer.from(secrets.vaultKey, 'hex'))
}
