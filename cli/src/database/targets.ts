import { type Environment, identitySettings, readConfig } from '@autora/shared/config'
import type { Home } from '../installation/home.js'
import { runningPid } from '../installation/lock.js'
import { readRecord } from '../installation/record.js'
import { readSecrets } from '../installation/secrets.js'
import { Complaint } from '../terminal/complaint.js'
import { type AdminTarget, onDatabase } from './admin.js'

const databaseSettings = identitySettings.pick({ DATABASE_URL: true })

/**
 * The database that DATABASE_URL (or the file DATABASE_URL_FILE) names, as its administrator; null when none is set.
 * @throws {ConfigError} when it is no connection string; the value is not quoted.
 */
export function externalTarget(environment: Environment): AdminTarget | null {
  if (!environment.DATABASE_URL && !environment.DATABASE_URL_FILE) return null
  return { url: readConfig(databaseSettings, environment).DATABASE_URL, source: 'DATABASE_URL' }
}

/** The embedded database of an installation that runs now, as its superuser; null when none runs. */
export function runningTarget(home: Home): AdminTarget | null {
  const port = readRecord(home)?.postgresPort
  const secrets = readSecrets(home)
  if (!port || !secrets || runningPid(home) === null) return null
  const server = `postgres://postgres:${encodeURIComponent(secrets.superuserPassword)}@127.0.0.1:${port}/postgres`
  return { url: onDatabase(server, 'autora'), source: 'The embedded database' }
}

/** DATABASE_URL, or the embedded database that runs. @throws {Complaint} when there is neither. */
export function requireTarget(environment: Environment, home: Home): AdminTarget {
  const target = externalTarget(environment) ?? runningTarget(home)
  if (target) return target
  throw new Complaint(
    'There is no database: DATABASE_URL is not set and no installation runs here. Set it, or run npm start first.',
  )
}
