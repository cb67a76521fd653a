import type { Environment } from '@autora/shared/config'
import { wallChecks } from '@autora/shared/database'
import type { Client } from 'pg'
import { type AdminTarget, withDatabase } from '../database/admin.js'
import { externalTarget, runningTarget } from '../database/targets.js'
import { postgresFloor, postgresVersion } from '../database/versions.js'
import type { Home } from '../installation/home.js'
import { Complaint } from '../terminal/complaint.js'
import { type Finding, judge, skip } from './finding.js'

/** What the database promises and how the walls between tenants stand, read from settings and catalogue. */
export async function checkDatabase(environment: Environment, home: Home): Promise<readonly Finding[]> {
  const target = externalTarget(environment) ?? runningTarget(home)
  if (!target) return [skip('the database', 'DATABASE_URL is not set and no installation runs here')]
  try {
    return await withDatabase(target, (db) => examine(db, target))
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    return [judge('the database answers', false, error.message)]
  }
}

async function examine(db: Client, target: AdminTarget): Promise<readonly Finding[]> {
  return [
    await checkVersion(db, target),
    ...(await checkDurability(db)),
    ...(await checkWalls(db)),
    ...(await checkMonths(db)),
  ]
}

async function checkVersion(db: Client, { source }: AdminTarget): Promise<Finding> {
  const { rows } = await db.query<{ number: string }>(
    `select current_setting('server_version_num') as number`,
  )
  const version = postgresVersion(Number(rows[0]?.number))
  const floor = postgresFloor(version)
  const claim = `PostgreSQL has no known hole at its version (${version.major}.${version.minor}, ${source})`
  return judge(claim, floor === null, `raise it to ${floor ?? ''} or newer`)
}

/** What was acknowledged is on disk: a promise that any of these breaks. */
const durable: Readonly<Record<string, readonly string[]>> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'remote_write', 'remote_apply'],
}

async function checkDurability(db: Client): Promise<readonly Finding[]> {
  const names = Object.keys(durable)
  const { rows } = await db.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [names],
  )
  return names.map((name) => {
    const value = rows.find((row) => row.name === name)?.setting ?? 'unknown'
    return judge(
      `${name} is on`,
      durable[name]?.includes(value) ?? false,
      `it is ${value}: commits can be lost`,
    )
  })
}

/** Events that found no month are safe, but cannot be archived or pruned with one. */
async function checkMonths(db: Client): Promise<readonly Finding[]> {
  const known = await db.query(`select from pg_proc where oid = to_regproc('audit.has_stray_events')`)
  if (known.rows.length === 0) return []
  const { rows } = await db.query<{ stray: boolean }>('select audit.has_stray_events() as stray')
  return [
    judge(
      'every audit event lies in a month of its own',
      rows[0]?.stray === false,
      'audit.event_rest is not empty: was the sequencer away for months, or the clock wrong?',
    ),
  ]
}

async function checkWalls(db: Client): Promise<readonly Finding[]> {
  const { rows } = await db.query(`select from pg_namespace where nspname = 'sec'`)
  if (rows.length === 0)
    return [skip('the walls between tenants', 'there is no schema yet: run autora migrate')]
  const findings: Finding[] = []
  for (const { claim, sql } of wallChecks) {
    const faults = (await db.query<{ fault: string }>(sql)).rows.map(({ fault }) => fault)
    findings.push(judge(claim, faults.length === 0, faults.join('; ')))
  }
  return findings
}
