import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@autora/shared/telemetry'
import {
  CompactRange,
  consistencyProof,
  leafHash,
  readCosignatures,
  type SignerKey,
  signatureKinds,
  signCheckpoint,
  signerKey,
} from '@autora/shared/tlog'
import { KeptHead } from '../sequencer/index.js'
import { formatAddCheckpoint, type RunningWitness, serveWitness, Witness } from './index.js'

const logKey = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const key = signerKey('witness.test/w', signatureKinds.cosignature, Buffer.alloc(32, 2))
const quiet = createLog('test', () => undefined)

let folder: string
let witness: RunningWitness

const launch = () => {
  const kept = new KeptHead(join(folder, 'witnessed'))
  return serveWitness(new Witness(key, logKey, kept, () => new Date()), {
    host: '127.0.0.1',
    port: 0,
    log: quiet,
  })
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  witness = await launch()
})
afterEach(async () => {
  await witness.close()
  rmSync(folder, { recursive: true })
})

/** A log whose leaves are numbers; `fork` replaces one of them. */
function logOf(size: number, fork?: number) {
  const nodes = new Map<string, Buffer>()
  const range = new CompactRange()
  for (let n = 0; n < size; n += 1)
    for (const { level, index, hash } of range.append(leafHash(Buffer.from(n === fork ? 'forked' : `${n}`))))
      nodes.set(`${level}/${index}`, hash)
  const checkpoint = (signer: SignerKey = logKey) =>
    signCheckpoint({ origin: signer.name, size, root: range.root() }, signer)
  const proof = (older: number) =>
    older === 0 || older >= size
      ? []
      : consistencyProof(older, size, (ids) =>
          ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? Buffer.alloc(32)),
        )
  return { checkpoint, proof }
}

async function add(log: ReturnType<typeof logOf>, oldSize: number, signer = logKey) {
  const body = formatAddCheckpoint({ oldSize, proof: log.proof(oldSize), checkpoint: log.checkpoint(signer) })
  const response = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body })
  return { status: response.status, text: await response.text() }
}

it('cosigns a log that grows, and keeps what it saw over a restart', async () => {
  const first = await add(logOf(5), 0)
  expect(first.status).toBe(200)
  expect(readCosignatures(`${logOf(5).checkpoint()}${first.text}`, [key])).toHaveLength(1)

  await witness.close()
  witness = await launch()

  expect(await add(logOf(9), 0)).toEqual({ status: 409, text: '5\n' })
  expect((await add(logOf(9), 5)).status).toBe(200)
})

it('refuses a fork, whether it grows or not', async () => {
  await add(logOf(5), 0)

  expect((await add(logOf(9, 2), 5)).status).toBe(422)
  expect((await add(logOf(5, 2), 5)).status).toBe(422)
  expect((await add(logOf(9), 5)).status).toBe(200)
})

it('refuses a log that goes back', async () => {
  await add(logOf(9), 0)

  expect(await add(logOf(5), 5)).toEqual({ status: 409, text: '9\n' })
  expect(await add(logOf(5), 9)).toEqual({ status: 409, text: '9\n' })
})

it('refuses who is not the log, and a body that is none', async () => {
  const other = signerKey('log.test/other', signatureKinds.ed25519, Buffer.alloc(32, 9))
  const namesake = signerKey(logKey.name, signatureKinds.ed25519, Buffer.alloc(32, 9))

  expect((await add(logOf(5), 0, other)).status).toBe(403)
  expect((await add(logOf(5), 0, namesake)).status).toBe(403)
  const post = (body: string) => fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body })
  expect((await post('nonsense')).status).toBe(400)
  expect((await post('x'.repeat(70_000))).status).toBe(413)
  expect((await add(logOf(5), 0)).status).toBe(200)
})

it('answers nothing when its state is damaged: to begin anew would be to forget', async () => {
  await add(logOf(5), 0)
  writeFileSync(join(folder, 'witnessed'), '5')

  expect((await add(logOf(9), 5)).status).toBe(500)
})
