import type { Environment } from '@autora/shared/config'
import { type AdminTarget, checkAdminTarget, ensureDatabase, onDatabase } from '../database/admin.js'
import { externalTarget } from '../database/targets.js'
import type { Home } from '../installation/home.js'
import type { Secrets } from '../installation/secrets.js'
import { Complaint } from '../terminal/complaint.js'
import type { Progress } from '../terminal/progress.js'
import { EmbeddedDatabase } from './embedded-database.js'
import { host, type Plan } from './plan.js'
import type { Shutdown } from './shutdown.js'

/** The database of this run. */
export interface StartedDatabase {
  readonly target: AdminTarget
  /** Null when it is not the embedded one. */
  readonly postgresPort: number | null
}

/** What the database is started with. */
export interface DatabaseStart {
  readonly environment: Environment
  readonly home: Home
  readonly plan: Plan
  readonly secrets: Secrets
  readonly progress: Progress
  readonly shutdown: Shutdown
}

/** The database that DATABASE_URL names, or the embedded one. @throws {Complaint | EmbeddedPostgresError} */
export async function startDatabase(start: DatabaseStart): Promise<StartedDatabase> {
  const external = externalTarget(start.environment)
  return external ? useExternal(external, start.progress) : startEmbedded(start)
}

async function useExternal(target: AdminTarget, progress: Progress): Promise<StartedDatabase> {
  const { raiseTo } = await progress.step(
    () => checkAdminTarget(target),
    ({ version }) => `PostgreSQL ${version.major}.${version.minor} at ${target.source}`,
  )
  if (raiseTo) progress.note(`PostgreSQL has known holes at this version: raise it to ${raiseTo} or newer.`)
  return { target, postgresPort: null }
}

async function startEmbedded({
  home,
  plan,
  secrets,
  progress,
  shutdown,
}: DatabaseStart): Promise<StartedDatabase> {
  const { superuserPassword } = secrets
  const database = new EmbeddedDatabase({
    home: home.folder,
    port: plan.postgresPort,
    superuserPassword,
    say: progress.note,
  })
  shutdown.add(database)
  const begun = async () => {
    const server = await database.start()
    const admin = { url: server.url, source: 'The embedded database' }
    await ensureDatabase(admin, 'autora').catch((error: unknown) => {
      throw foreignCluster(error, server.dataDir, home)
    })
    const target = { ...admin, url: onDatabase(server.url, 'autora') }
    return { target, postgresPort: server.port, ...(await checkAdminTarget(target)) }
  }
  return progress.step(
    begun,
    ({ version, postgresPort }) => `PostgreSQL ${version.major} on ${host}:${postgresPort}`,
  )
}

/** A cluster keeps the password it was made with, so a new file of secrets does not open an old cluster. */
function foreignCluster(error: unknown, dataDir: string, home: Home): unknown {
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown }
  if (!(error instanceof Complaint) || code !== '28P01') return error
  return new Complaint(
    `The database in ${dataDir} was made with other secrets than ${home.secrets}. Restore that file, or remove ${dataDir} to begin anew without its data.`,
    { cause: error },
  )
}
