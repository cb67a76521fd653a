import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { parseVerifierKey } from '@autora/shared/tlog'
import { freshDatabase } from '../../../test/kit/database.js'
import {
  addEvents,
  forge,
  publicLogKey,
  publicWitnessKey,
  startTrail,
  type TestTrail,
  trailSettled,
} from '../../../test/kit/trail-processes.js'
import { checkHealth, examineLog } from './trail.js'

let folder: string
let url: string
let trail: TestTrail
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  url = await freshDatabase('template_demo')
  trail = await startTrail(url, folder)
  await trailSettled(url)
})
afterAll(async () => {
  await trail.close()
  rmSync(folder, { recursive: true })
})

const examine = (logKey = 1, witness = publicWitnessKey, windowSeconds = 3600) =>
  withClient(url, (db) =>
    examineLog({
      db,
      log: [{ key: parseVerifierKey(publicLogKey(logKey)), from: 0 }],
      witnesses: [parseVerifierKey(witness)],
      windowSeconds,
    }),
  )
const failed = (findings: Awaited<ReturnType<typeof examine>>) =>
  findings.filter(({ verdict }) => verdict === 'fail').map(({ claim }) => claim)

it('finds a log that is written, signed and seen well, and says what is not', async () => {
  expect(failed(await examine())).toEqual([])
  // it looks at its lag every two seconds
  while ((await checkHealth('it is well', trail.sequencerUrl)).verdict !== 'pass')
    await new Promise((resolve) => setTimeout(resolve, 200))
  expect(failed(await examine(2))).toEqual(['the key in use is the one that the policy names'])
  const stranger = publicLogKey(3) // no witness of ours
  expect(failed(await examine(1, stranger))).toEqual([
    'a witness that the policy names saw the newest checkpoint',
  ])
  expect(failed(await examine(1, publicWitnessKey, 0))).toEqual([
    'the newest checkpoint is younger than the window of 0 s',
  ])
})

it('finds a log that is behind, and a process that is away', async () => {
  await trail.close()
  await addEvents(url)
  await forge(
    url,
    'audit.event',
    `update audit.event set recorded_at = recorded_at - interval '61 s' where request_id = 'planted-by-test'`,
  )

  expect(failed(await examine())).toContain('the log is at most 60 s behind the trail')
  expect((await checkHealth('it is well', trail.sequencerUrl)).verdict).toBe('fail')
  trail = await startTrail(url, folder)
  await trailSettled(url)
})
