import { createHmac, randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DemoMembership, type DemoProfile, demoNetwork, seedDemo } from '@autora/cli'
import type { Actor } from '@autora/shared/actor'
import { bootstrapRoles, installSealKey, migrate, withClient } from '@autora/shared/database'
import { startEmbeddedPostgres } from '@autora/shared/embedded-postgres'
import { actorOf } from '../kit/direct-call.js'
import { testKeys, testPasswords } from '../kit/secrets.js'
import { allMigrations } from '../kit/templates.js'

/** The leads a page of query A shows, and so the least that its store must have. */
export const LEADS = 50

/** A throw-away database with the demo network, and who asks it. */
export interface Stage {
  /** Superuser's connection string. */
  readonly adminUrl: string
  readonly postgresVersion: string
  /** Process id of the database server. */
  readonly postgresPid: number
  readonly asker: Asker
  close(): Promise<void>
}

/** A salesperson of a store that has enough leads. */
export interface Asker {
  readonly membership: DemoMembership
  readonly storeId: string
  readonly leads: number
  /** As the gateway would find out. */
  readonly actor: Actor
}

/** The salesperson of the store with the most leads. @throws {Error} when no store has enough of them. */
export async function findAsker(adminUrl: string, profile: DemoProfile): Promise<Asker> {
  const { memberships, users } = demoNetwork(profile)
  const active = new Set(users.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id))
  const { rows } = await withClient(adminUrl, (db) =>
    db.query<{ storeId: string; leads: number }>(
      `select store_id as "storeId", count(*)::int as leads from dealer_ops.lead
        group by store_id having count(*) >= ${LEADS} order by leads desc, store_id`,
    ),
  )
  for (const { storeId, leads } of rows) {
    const membership = memberships.find(
      (one) =>
        one.role === 'DEALER_SALES' &&
        one.storeId === storeId &&
        one.endedDaysAgo === null &&
        active.has(one.userId),
    )
    if (!membership) continue
    const actor = actorOf('DEALER_SALES', {
      id: membership.userId,
      tenantId: membership.tenantId,
      reach: 'STORES',
      storeIds: [storeId],
      membershipId: membership.id,
      sessionId: randomUUID(),
    })
    return { membership, storeId, leads, actor }
  }
  throw new Error(`no store of profile ${profile} has ${LEADS} leads and a salesperson`)
}

/** Starts a server without durability, with every wall standing, and loads the demo network. */
export async function openStage(profile: DemoProfile): Promise<Stage> {
  const home = mkdtempSync(join(tmpdir(), 'autora-bench-'))
  chmodSync(home, 0o755) // the server may run as another account
  const server = await startEmbeddedPostgres({ home, port: 0, superuserPassword: 'bench', ephemeral: true })
  const close = async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const adminUrl = server.url.replace(/\/postgres$/, '/bench')
    await withClient(server.url, (db) => db.query('create database bench'))
    await bootstrapRoles(adminUrl, testPasswords)
    await migrate(adminUrl, allMigrations)
    await installSealKey(adminUrl, testKeys.seal)
    await installSealKey(adminUrl, testKeys.issuerSeal, 'issuer')
    const apiKeyMac = (secret: string) => createHmac('sha256', testKeys.pepper).update(secret).digest()
    await seedDemo({ adminUrl, profile, apiKeyMac, now: new Date() })
    const { rows } = await withClient(adminUrl, async (db) => {
      await db.query('vacuum analyze')
      return db.query<{ server_version: string }>('show server_version')
    })
    const postgresVersion = rows[0]?.server_version ?? ''
    return {
      adminUrl,
      postgresVersion,
      postgresPid: server.pid,
      asker: await findAsker(adminUrl, profile),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
