import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm'
import { advisoryLocks } from './locks.js'
import { SealedContext1764000000001 } from './migrations/0001-sealed-context.js'
import { IssuerAudience1764000000050 } from './migrations/0002-issuer-audience.js'
import { SubjectKeys1764000000094 } from './migrations/0003-subject-keys.js'
import { OWNER_ROLE } from './roles.js'

/** A migration class: its name ends in the 13 digits that order it. */
export type Migration = new () => MigrationInterface

/** The migrations of the schema `sec`, which all others build on. */
export const secMigrations: readonly Migration[] = [
  SealedContext1764000000001,
  IssuerAudience1764000000050,
  SubjectKeys1764000000094,
]

/**
 * Brings a database to the newest schema, as the owner role, each migration in its own transaction
 * and one process at a time.
 *
 * @returns names of the migrations that ran now, oldest first.
 * @throws {Error} when the database holds a migration that this build does not know: it is newer than the code.
 */
export async function migrate(
  adminUrl: string,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: adminUrl,
    installExtensions: false,
    migrations: [...secMigrations, ...migrations].map(recorded),
    migrationsTableName: 'schema_migration',
    schema: 'migration',
    migrationsTransactionMode: 'each',
    extra: { options: `-c role=${OWNER_ROLE}`, max: 1, idleTimeoutMillis: 0 },
  })
  await source.initialize()
  try {
    await source.query('select pg_advisory_lock($1)', [advisoryLocks.migration])
    await source.query('create schema if not exists migration')
    await refuseNewerDatabase(source)
    return (await source.runMigrations()).map((migration) => migration.name)
  } finally {
    await source.destroy()
  }
}

/** The migration, entered into the record of the guard first: what it does to the trail's tables is written under it. */
function recorded(migration: Migration): Migration {
  const entered = class extends migration {
    override async up(db: QueryRunner): Promise<void> {
      await db.query('select ddl_guard.permit($1)', [migration.name])
      await super.up(db)
    }
  }
  // its name is what orders it and what stands among those that ran
  Object.defineProperty(entered, 'name', { value: migration.name })
  return entered
}

async function refuseNewerDatabase(source: DataSource): Promise<void> {
  const known = new Set(source.migrations.map((migration) => migration.name ?? migration.constructor.name))
  const [table] = await source.query<{ present: boolean }[]>(
    `select to_regclass('migration.schema_migration') is not null as present`,
  )
  if (!table?.present) return
  const applied = await source.query<{ name: string }[]>('select name from migration.schema_migration')
  const unknown = applied.filter((row) => !known.has(row.name)).map((row) => row.name)
  if (unknown.length > 0)
    throw new Error(
      `The database is newer than this build (${unknown.join(', ')}). Install the newer version.`,
    )
}
