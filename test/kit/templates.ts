import { createHmac } from 'node:crypto'
import { auditMigrations } from '@autora/audit/migrations'
import { seedDemo } from '@autora/cli'
import { dealerOpsMigrations } from '@autora/dealer-ops/migrations'
import { identityMigrations } from '@autora/identity/migrations'
import { bootstrapRoles, installSealKey, migrate, withClient } from '@autora/shared/database'
import { startEmbeddedPostgres } from '@autora/shared/embedded-postgres'
import { type TestDatabaseSettings, testKeys, testPasswords } from './secrets.js'

/** All migrations of the platform. */
export const allMigrations = [...identityMigrations, ...dealerOpsMigrations, ...auditMigrations]

/** A running throw-away server with the databases `template_empty` (migrated) and `template_demo` (profile XS). */
export interface Templates {
  readonly home: string
  readonly settings: TestDatabaseSettings
  stop(): Promise<void>
}

async function createTemplate(serverUrl: string, name: string, source?: string): Promise<string> {
  await withClient(`${serverUrl}/postgres`, (db) =>
    db.query(`create database ${name}${source ? ` template ${source}` : ''}`),
  )
  return `${serverUrl}/${name}`
}

/** Starts the server and prepares the templates. @param home - an empty folder for this run alone. */
export async function prepareTemplates(home: string): Promise<Templates> {
  const server = await startEmbeddedPostgres({ home, port: 0, superuserPassword: 'test', ephemeral: true })
  const serverUrl = `postgres://postgres:test@127.0.0.1:${server.port}`
  const empty = await createTemplate(serverUrl, 'template_empty')
  await bootstrapRoles(empty, testPasswords)
  await migrate(empty, allMigrations)
  await installSealKey(empty, testKeys.seal)
  await installSealKey(empty, testKeys.nextSeal)
  await installSealKey(empty, testKeys.issuerSeal, 'issuer')
  const demo = await createTemplate(serverUrl, 'template_demo', 'template_empty')
  const now = new Date('2026-11-20T12:00:00Z')
  const apiKeyMac = (secret: string) => createHmac('sha256', testKeys.pepper).update(secret).digest()
  await seedDemo({ adminUrl: demo, profile: 'XS', apiKeyMac, now })
  return { home, settings: { serverUrl, now: now.toISOString() }, stop: () => server.stop() }
}
