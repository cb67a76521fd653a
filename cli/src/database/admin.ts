import { OWNER_ROLE } from '@autora/shared/database'
import { Client } from 'pg'
import { Complaint } from '../terminal/complaint.js'
import { connectionFault } from './connection-faults.js'
import { OLDEST_POSTGRES, type PostgresVersion, postgresFloor, postgresVersion } from './versions.js'

/** A database that an administrator's connection string leads to. */
export interface AdminTarget {
  /** Connection string of the administrator. Secret. */
  readonly url: string
  /** Where it comes from, for messages: `DATABASE_URL`. */
  readonly source: string
}

/**
 * Runs `work` on one connection and closes it.
 * @throws {Complaint} when the server cannot be reached or does not let us in.
 */
export async function withDatabase<T>(target: AdminTarget, work: (db: Client) => Promise<T>): Promise<T> {
  const db = new Client({
    connectionString: target.url,
    application_name: 'autora-cli',
    connectionTimeoutMillis: 5000,
  })
  db.on('error', () => undefined) // told by the query that runs into it
  try {
    await db.connect()
  } catch (error) {
    throw connectionFault(error, target.url, target.source)
  }
  try {
    return await work(db)
  } finally {
    await db.end()
  }
}

interface Rights {
  readonly version: string
  readonly role: string
  readonly may_create_roles: boolean
  readonly owns_database: boolean
  readonly may_become_owner: boolean
  readonly database: string
}

const rightsQuery = `
  select current_setting('server_version_num') as version,
         current_user as role,
         r.rolsuper or r.rolcreaterole as may_create_roles,
         r.rolsuper or pg_has_role(d.datdba, 'usage') as owns_database,
         not exists (select from pg_roles o where o.rolname = '${OWNER_ROLE}')
           or r.rolsuper or pg_has_role(to_regrole('${OWNER_ROLE}'), 'member')
           or current_setting('server_version_num')::int < 160000 as may_become_owner,
         d.datname as database
    from pg_roles r, pg_database d
   where r.rolname = current_user and d.datname = current_database()`

/**
 * Checks that a database can carry the platform: reachable, recent enough, and open to its administrator.
 *
 * @returns the version, and the one it should be raised to (null: none).
 * @throws {Complaint} saying what is in the way.
 */
export async function checkAdminTarget(
  target: AdminTarget,
): Promise<{ readonly version: PostgresVersion; readonly raiseTo: string | null }> {
  const rights = await withDatabase(target, async (db) => (await db.query<Rights>(rightsQuery)).rows[0])
  if (!rights) throw new Complaint(`${target.source}: the server does not say who is asking.`)
  const version = postgresVersion(Number(rights.version))
  const refuse = (what: string) => new Complaint(`${target.source} cannot be used: ${what}`)
  if (version.major < OLDEST_POSTGRES)
    throw refuse(
      `PostgreSQL ${version.major}.${version.minor} is too old. Use ${OLDEST_POSTGRES} or newer, best 17 or 18.`,
    )
  if (!rights.may_create_roles)
    throw refuse(
      `the role ${rights.role} may not create roles. As a superuser: alter role ${rights.role} createrole`,
    )
  if (!rights.owns_database)
    throw refuse(
      `the role ${rights.role} does not own the database. As a superuser: alter database ${rights.database} owner to ${rights.role}`,
    )
  if (!rights.may_become_owner)
    throw refuse(
      `another administrator made the role ${OWNER_ROLE}. As a superuser: grant ${OWNER_ROLE} to ${rights.role}`,
    )
  return { version, raiseTo: postgresFloor(version) }
}

/** Makes the database if there is none. @returns whether it is new. */
export async function ensureDatabase(target: AdminTarget, name: string): Promise<boolean> {
  return withDatabase(target, async (db) => {
    const { rowCount } = await db.query('select from pg_database where datname = $1', [name])
    if (rowCount) return false
    await db.query(`create database ${db.escapeIdentifier(name)}`)
    return true
  })
}

/** The same server, another database. */
export function onDatabase(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(name)}`
  return other.href
}

/** The same database, another role. */
export function asRole(url: string, role: string, password: string): string {
  const other = new URL(url)
  other.username = role
  other.password = password
  return other.href
}
