import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  bootstrapRoles,
  installSealKey,
  migrate,
  mustBeAudited,
  tenantWall,
  withClient,
} from '@autora/shared/database'
import { startEmbeddedPostgres } from '@autora/shared/embedded-postgres'
import { testKeys, testPasswords } from '../../kit/secrets.js'
import { allMigrations } from '../../kit/templates.js'

/** Rows of each tenant: more than anybody writes at once, so that writers never wait for each other's row. */
export const ROWS = 64

/** A database that syncs every commit to disk, with one table that must be audited and the same one without. */
export interface AuditStage {
  readonly adminUrl: string
  readonly home: string
  /** Every flush of the log waits so long first: what network storage or a synchronous replica costs. */
  setCommitDelay(microseconds: number): Promise<void>
  close(): Promise<void>
}

const table = (name: string) => `
  create table ${name} (tenant_id uuid not null, id integer not null, n integer not null default 0,
    primary key (tenant_id, id));
  grant select, update (n) on ${name} to autora_dealer_ops;
  ${tenantWall(name, 'autora_dealer_ops', { platform: false })}`

const tables = `
  create schema bench authorization autora_owner;
  grant usage on schema bench to autora_dealer_ops;
  ${table('bench.plain')}
  ${table('bench.audited')}
  ${mustBeAudited('bench.audited')}
  alter table bench.audited owner to autora_owner;`

/** Rows for tenants; the superuser writes them, and says so to the trail where that is demanded. */
export const fill = (adminUrl: string, tenantIds: readonly string[]): Promise<void> =>
  withClient(adminUrl, async (db) => {
    await db.query('begin')
    for (const name of ['bench.plain', 'bench.audited'])
      await db.query(
        `insert into ${name} select t, i from unnest($1::uuid[]) t, generate_series(1, $2) i
         on conflict do nothing`,
        [tenantIds, ROWS],
      )
    await db.query(
      `insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
       select t, t, 'SYSTEM', 'bench-fill', 'dealerGroup.created', 'ALLOW', 'DealerGroup', t from unnest($1::uuid[]) t`,
      [tenantIds],
    )
    await db.query('commit')
  })

/** Starts it in a folder of its own; everything is removed at the end. */
export async function openAuditStage(): Promise<AuditStage> {
  const home = mkdtempSync(join(tmpdir(), 'autora-bench-'))
  chmodSync(home, 0o755) // the server may run as another account
  const server = await startEmbeddedPostgres({ home, port: 0, superuserPassword: 'bench' })
  const adminUrl = server.url.replace(/\/postgres$/, '/bench')
  const close = async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await withClient(server.url, (db) => db.query('create database bench'))
    await bootstrapRoles(adminUrl, testPasswords)
    await migrate(adminUrl, allMigrations)
    await installSealKey(adminUrl, testKeys.seal)
    await installSealKey(adminUrl, testKeys.issuerSeal, 'issuer')
    await withClient(adminUrl, (db) => db.query(tables))
  } catch (error) {
    await close()
    throw error
  }
  return {
    adminUrl,
    home,
    close,
    setCommitDelay: (microseconds) =>
      withClient(adminUrl, async (db) => {
        // commit_siblings 0: every flush waits, also that of a writer who is alone
        await db.query(`alter system set commit_delay = ${microseconds}`)
        await db.query('alter system set commit_siblings = 0')
        await db.query('select pg_reload_conf()')
      }),
  }
}
