import { DataSource, type MigrationInterface } from 'typeorm'
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
 * Brings a database to the newest schema, as the owner role, each migration in its own transaction.
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
    migrations: [...secMigrations, ...migrations],
    migrationsTableName: 'schema_migration',
    schema: 'migration',
    migrationsTransactionMode: 'each',
    extra: { options: `-c role=${OWNER_ROLE}`, max: 1 },
  })
  await source.initialize()
  try {
    await source.query('create schema if not exists migration')
    await refuseNewerDatabase(source)
    return (await source.runMigrations()).map((migration) => migration.name)
  } finally {
    await source.destroy()
  }
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
