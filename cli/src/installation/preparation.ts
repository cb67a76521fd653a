import type { Environment } from '@autora/shared/config'
import type { Preparation } from '../database/prepare.js'
import { externalTarget } from '../database/targets.js'
import { Complaint } from '../terminal/complaint.js'
import type { Home } from './home.js'
import { readSecrets, sealKeyOf } from './secrets.js'
import { readPreparation } from './settings.js'

/**
 * Passwords and seal keys of a database: beside DATABASE_URL stand settings; the embedded database has its own secrets.
 * @throws {ConfigError} naming what is missing. @throws {Complaint} there is neither.
 */
export function preparationFor(environment: Environment, home: Home): Preparation {
  if (externalTarget(environment)) return readPreparation(environment)
  const secrets = readSecrets(home)
  if (secrets)
    return {
      rolePasswords: secrets.rolePasswords,
      sealKey: sealKeyOf(secrets.sealKey),
      issuerSealKey: sealKeyOf(secrets.issuerSealKey),
    }
  throw new Complaint('There is no database: set DATABASE_URL, or run npm start first.')
}
