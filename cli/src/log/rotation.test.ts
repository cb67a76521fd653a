import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { verifyProgram } from '@autora/shared/evidence'
import {
  openCheckpoint,
  openLogCheckpoint,
  parseVerifierKey,
  signatureKinds,
  signCheckpoint,
  signerKey,
  TlogError,
} from '@autora/shared/tlog'
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
import { announceKey, logKeys } from './declare.js'

let folder: string
let url: string
let trail: TestTrail
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  url = await freshDatabase('template_demo')
})
afterAll(async () => {
  await trail.close()
  rmSync(folder, { recursive: true })
})

const notes = () =>
  withClient(url, async (db) => {
    const { rows } = await db.query<{ size: number; note: string }>(
      'select size::int as size, note from audit.checkpoint order by size',
    )
    return rows
  })

/** One of the groups and its bundle against a policy with these keys; the exit code. */
async function verdict(log: readonly { key: string; from: number }[]): Promise<number> {
  const { rows } = await withClient(url, (db) =>
    db.query<{ code: string }>(
      `select code from identity.dealer_group where kind <> 'PLATFORM' order by code limit 1`,
    ),
  )
  const [bundle, policy] = [join(folder, 'bundle'), join(folder, 'policy')]
  // every checkpoint is in the bundle: the window of the export is as short as it gets
  const written = await writeBundle(trailOperator(url, folder), rows[0]?.code ?? '', bundle, 1)
  writeFileSync(policy, policyText({ log, witnesses: [publicWitnessKey] }, 600, written))
  return verifyProgram([bundle, '--policy', policy], () => undefined, new Date())
}

it('announces a new key under the old one, which signs nothing behind the announcement', async () => {
  trail = await startTrail(url, folder)
  await trailSettled(url)
  const operator = trailOperator(url, folder, [1, 2])
  expect(await announceKey(operator)).toEqual({ key: publicLogKey(2), from: null })
  await addEvents(url)
  await trailSettled(url)
  // who does not hold the key does not announce it
  expect(await logKeys(operator, operator.keys)).toEqual([{ key: publicLogKey(1), from: 0 }])

  await trail.close()
  trail = await startTrail(url, folder, { keys: [1, 2] })
  await addEvents(url)
  await trailSettled(url)
  const { from } = await announceKey(operator)
  if (from === null) throw new Error('it was not announced')
  while (!(await notes()).some(({ size }) => size >= from)) {
    await addEvents(url)
    await trailSettled(url)
  }

  for (const { size, note } of await notes())
    expect(openCheckpoint(note, parseVerifierKey(publicLogKey(size < from ? 1 : 2))).size).toBe(size)
  expect((await notes()).some(({ size }) => size === from - 1)).toBe(true)
  // every one of them also lies in the folder that is written once
  expect(readdirSync(join(folder, 'checkpoints'))).toHaveLength((await notes()).length)
  const keys = [
    { key: publicLogKey(1), from: 0 },
    { key: publicLogKey(2), from },
  ]
  expect(await verdict(keys)).toBe(0)
  expect(await verdict(keys.slice(0, 1))).toBe(10)
  // the old key signs again, as whoever stole it might
  const stolen = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
  const policy = keys.map((one) => ({ key: parseVerifierKey(one.key), from: one.from }))
  const forged = (size: number) =>
    signCheckpoint({ origin: stolen.name, size, root: Buffer.alloc(32, 7) }, stolen)
  expect(() => openLogCheckpoint(forged(from), policy)).toThrow(TlogError)
  expect(openLogCheckpoint(forged(from - 1), policy).size).toBe(from - 1)
}, 90_000)
