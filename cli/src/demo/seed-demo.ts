import { OWNER_ROLE, withClient } from '@autora/shared/database'
import type { Client } from 'pg'
import { brands } from './brands.js'
import { copyBatch, LoadTally } from './copy-in.js'
import { demoRows } from './demo-rows.js'
import { assertInvariants } from './invariants.js'
import { demoNetwork } from './network.js'
import type { ApiKeyMac } from './network-rows.js'
import { type DemoProfile, profiles } from './profiles.js'
import { type DemoTable, demoTables } from './table-columns.js'
import { lowerWalls, raiseWalls } from './walls.js'

/** What to seed, and where. */
export interface SeedOptions {
  /** A role that may become the owner of the tables; a superuser is not needed. */
  readonly adminUrl: string
  readonly profile: DemoProfile
  readonly apiKeyMac: ApiKeyMac
  /** Told what was loaded, a few lines in all. */
  readonly onProgress?: (line: string) => void
  /** The end of the period that the network has lived through. */
  readonly now: Date
}

/** What was seeded. */
export interface SeedResult {
  readonly profile: DemoProfile
  readonly rows: Readonly<Record<DemoTable, number>>
  readonly totalRows: number
  readonly seconds: number
}

/**
 * Loads the demo network in one transaction: all of it or nothing, row security forced before and after, and nobody
 * can read a table while it is not. The audit rule holds for it as for everybody.
 *
 * @throws {Error} when the database holds dealer groups already, or a rule of the data does not hold.
 */
export async function seedDemo(options: SeedOptions): Promise<SeedResult> {
  const started = performance.now()
  const say = options.onProgress ?? (() => undefined)
  const network = demoNetwork(options.profile)
  const tally = new LoadTally()
  await withClient(options.adminUrl, async (db) => {
    await db.query(`begin; set local role ${OWNER_ROLE}; set local statement_timeout = 0`)
    await db.query(`select audit.make_partitions($1::timestamptz - $2 * interval '1 day', $1)`, [
      options.now,
      daysOfHistory,
    ])
    await lowerWalls(db)
    await refuseSecondSeed(db)
    const before = await countRows(db)
    await insertBrands(db)
    let batches = 0
    for (const batch of demoRows(network, options.now, options.apiKeyMac)) {
      await copyBatch(db, batch, tally)
      batches += 1
      // the first batch is the first events: from here on each COPY is checked for them at once, not at the end,
      // which keeps memory constant and lets the walls be raised while rows are new
      if (batches === 1) await db.query('set constraints all immediate')
      // with statistics of the first week, foreign keys are checked by primary key instead of by a longer index
      if (batches === 3) await analyze(db)
    }
    for (const line of tally.lines()) say(line)
    await analyze(db)
    await assertLoaded(db, before, tally)
    await assertInvariants(db, options.now)
    await raiseWalls(db)
    await db.query('commit')
  })
  const seconds = (performance.now() - started) / 1_000
  const { rows, totalRows } = tally
  say(`demo network ${options.profile}: ${totalRows} rows in ${seconds.toFixed(1)} s, rules checked`)
  return { profile: options.profile, rows, totalRows, seconds }
}

/**
 * Whether a demo network, of any profile, is in the database. False for a database without the schema.
 *
 * @throws {Error} when the database cannot be reached.
 */
export async function isSeeded(adminUrl: string): Promise<boolean> {
  return withClient(adminUrl, async (db) => {
    const { rows } = await db.query<{ present: boolean }>(
      `select to_regclass('identity.dealer_group') is not null as present`,
    )
    if (!rows[0]?.present) return false
    await db.query(`begin; set local role ${OWNER_ROLE}; set local lock_timeout = '60s'`)
    // forced row security hides the rows from their owner too; nobody else reads the table until the rollback
    await db.query('alter table identity.dealer_group no force row level security')
    const known = demoProfiles.flatMap((profile) => demoNetwork(profile).groups.map((group) => group.id))
    const found = await db.query('select from identity.dealer_group where tenant_id = any($1) limit 1', [
      known,
    ])
    await db.query('rollback')
    return found.rowCount === 1
  })
}

/** Days before the moment of seeding that the months of the trail reach back to: the network was founded 401 ago. */
const daysOfHistory = 402

const analyze = (db: Client) => db.query(`analyze ${demoTables.join(', ')}`)

const demoProfiles = Object.keys(profiles) as DemoProfile[]

async function refuseSecondSeed(db: Client): Promise<void> {
  const { rows } = await db.query<{ code: string }>(
    'select code from identity.dealer_group order by code limit 5',
  )
  if (rows.length === 0) return
  const codes = rows.map((row) => row.code).join(', ')
  throw new Error(
    `The database holds dealer groups already (${codes}). The demo network goes into an empty database only.`,
  )
}

/** Brands are no tenant's; one that is there already stays as it is. */
async function insertBrands(db: Client): Promise<void> {
  await db.query(
    `insert into identity.brand (code, name) select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
    [brands.map((brand) => brand.code), brands.map((brand) => brand.name)],
  )
}

type RowCounts = ReadonlyMap<string, number>

async function countRows(db: Client): Promise<RowCounts> {
  const counts = demoTables.map(
    (table) => `select '${table}' as name, count(*)::integer as count from ${table}`,
  )
  const { rows } = await db.query<{ name: string; count: number }>(counts.join(' union all '))
  return new Map(rows.map((row) => [row.name, row.count]))
}

async function assertLoaded(db: Client, before: RowCounts, tally: LoadTally): Promise<void> {
  const after = await countRows(db)
  for (const table of demoTables) {
    const added = (after.get(table) ?? 0) - (before.get(table) ?? 0)
    if (added !== tally.rows[table])
      throw new Error(`${table} has ${added} new rows, but ${tally.rows[table]} were sent`)
  }
}
