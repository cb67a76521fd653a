import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loginRole, logins, withClient } from '@autora/shared/database'
import { verifyProgram } from '@autora/shared/evidence'
import type { Client } from 'pg'
import { freshDatabase } from '../../../test/kit/database.js'
import {
  addEvents,
  publicLogKey,
  publicWitnessKey,
  startTrail,
  type TestTrail,
  trailOperator,
  trailSettled,
} from '../../../test/kit/trail-processes.js'
import { writeBundle } from '../evidence/export.js'
import { policyText } from '../evidence/policy-text.js'
import { beginEpoch, logKeys } from '../log/declare.js'

let folder: string
let trail: TestTrail | null = null
const told: string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
})
afterAll(async () => {
  await trail?.close()
  rmSync(folder, { recursive: true })
})

/** A copy of a database that nobody is connected to: what a backup is. */
async function copyOf(url: string): Promise<string> {
  const copy = new URL(url)
  copy.pathname = `${copy.pathname}_copy`
  const [from, to] = [new URL(url).pathname.slice(1), copy.pathname.slice(1)]
  const server = new URL(url)
  server.pathname = '/postgres'
  await withClient(server.toString(), (db) => db.query(`create database ${to} template ${from}`))
  await withClient(copy.toString(), (db) =>
    db.query(`grant connect on database ${to} to ${logins.map(loginRole).join(', ')};
      grant create on database ${to} to autora_owner`),
  )
  return copy.toString()
}

const count = (url: string, table: string) =>
  withClient(url, async (db) => (await db.query(`select from ${table}`)).rowCount)

/** Another cluster counts its transactions from the beginning: they come after those of the epoch before. */
const addEarly = (url: string) =>
  withClient(url, async (db) => {
    await db.query(`update audit.sequencer set low_water = '3'`)
    await db.query(`insert into audit.event (xid, tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
      select '3', tenant_id, tenant_id, 'SYSTEM', 'early', 'platform.founded', 'ALLOW', 'Platform', tenant_id
        from identity.dealer_group`)
  })

/** A change of every group with its event, as a session that has been open for long makes it. */
const change = (session: Client) =>
  session.query(`begin;
    insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
      select tenant_id, tenant_id, 'SYSTEM', 'open-session', 'platform.founded', 'ALLOW', 'Platform', tenant_id
        from identity.dealer_group;
    update identity.dealer_group set name = name;
    commit`)

/** Does something while a session goes on working: what its plans remember of the epoch before is not asked. */
const besideOpenSession = <Result>(url: string, work: () => Promise<Result>): Promise<Result> =>
  withClient(url, async (session) => {
    for (let n = 0; n < 6; n += 1) await change(session)
    const result = await work()
    await change(session)
    return result
  })

async function run(url: string, work: () => Promise<unknown>): Promise<void> {
  trail = await startTrail(url, folder, { told: (line) => told.push(line) })
  await work()
  await trail.close()
  trail = null
}

/** Exports a bundle and asks the offline verifier, which believes the keys that it is given. */
async function verdict(url: string, keys: readonly { key: string; from: number | null }[]) {
  const { rows } = await withClient(url, (db) =>
    db.query<{ code: string }>(
      `select code from identity.dealer_group where kind <> 'PLATFORM' order by code limit 1`,
    ),
  )
  const [bundle, policy] = [join(folder, 'bundle'), join(folder, 'policy')]
  const written = await writeBundle(trailOperator(url, folder), rows[0]?.code ?? '', bundle, 60)
  const log = keys.map(({ key, from }) => ({ key, from: from ?? 0 }))
  writeFileSync(policy, policyText({ log, witnesses: [publicWitnessKey] }, 60, written))
  const said: string[] = []
  const code = verifyProgram([bundle, '--policy', policy], (line) => said.push(line), new Date())
  return { code, said }
}

it('goes on over a restored database under a new name, and every verifier says what is lost', async () => {
  const original = await freshDatabase('template_demo')
  await run(original, () => trailSettled(original))
  const restored = await copyOf(original)
  await run(original, async () => {
    await addEvents(original)
    await trailSettled(original)
  })
  const [kept, before] = [await count(restored, 'audit.batch'), await count(original, 'audit.batch')]
  expect(Number(before) - Number(kept)).toBeGreaterThan(0)

  trail = await startTrail(restored, folder, { told: (line) => told.push(line) })
  await addEvents(restored) // people go on working before anybody notices
  while (!told.some((line) => line.includes('sequencer.databaseIsOlder')))
    await new Promise((resolve) => setTimeout(resolve, 50))
  expect(told.find((line) => line.includes('databaseIsOlder'))).toContain('autora epoch begin')
  expect(await count(restored, 'audit.batch')).toBe(kept)

  const operator = trailOperator(restored, folder)
  const begun = await besideOpenSession(restored, () => beginEpoch(operator))
  expect(begun).toMatchObject({ epoch: 2, before: { origin: 'log.test/trail', signed: before, kept } })
  await trailSettled(restored)
  await addEarly(restored)
  await trailSettled(restored)

  const keys = await logKeys(operator, operator.keys)
  expect(keys).toEqual([
    { key: publicLogKey(1), from: 0 },
    { key: begun.key, from: Number(kept) + 1 },
  ])
  const { code, said } = await verdict(restored, keys)
  expect(said.join('\n')).toMatch(new RegExp(`batches ${kept} to ${Number(before) - 1} are lost`))
  expect(code).toBe(0)
  // who was not told of the new name does not believe it
  expect((await verdict(restored, keys.slice(0, 1))).code).toBe(10)
  expect(await count(restored, `audit.event where action = 'log.epochBegun' and epoch = 2`)).toBe(1)
  const ofOpenSession = `audit.event where request_id = 'open-session' and epoch = 2`
  expect(await count(restored, ofOpenSession)).toBe(await count(restored, 'identity.dealer_group'))
  await expect(beginEpoch(operator)).rejects.toThrow('No epoch begins')
}, 90_000)
