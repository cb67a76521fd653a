import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  cosign,
  formatCheckpoint,
  type SignerKey,
  signatureKinds,
  signCheckpoint,
  signerKey,
  type TreeHead,
  withSignatures,
} from '@autora/shared/tlog'
import { PublishedLog, someLeaves } from '../../../test/kit/published-log.js'
import { publicLogKey, publicWitnessKey } from '../../../test/kit/trail-processes.js'
import { monitorCommand } from './index.js'

const logKey = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const witnessKey = signerKey('witness.test/w', signatureKinds.cosignature, Buffer.alloc(32, 99))
let folder: string
let log: PublishedLog
let address: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  log = new PublishedLog()
  address = await log.listen()
})
afterEach(() => {
  log.close()
  rmSync(folder, { recursive: true })
})

const publish = ({ size, root }: TreeHead, witnesses: readonly SignerKey[] = [witnessKey], key = logKey) => {
  const checkpoint = { origin: key.name, size, root: Buffer.from(root) }
  const seen = witnesses.map((one) => cosign(formatCheckpoint(checkpoint), 1_780_000_000, one))
  log.checkpoint = withSignatures(signCheckpoint(checkpoint, key), seen)
}

const look = async () => {
  const said: string[] = []
  const environment = {
    AUTORA_HOME: join(folder, 'home'),
    AUTORA_LOG: publicLogKey(1),
    AUTORA_WITNESSES: `${publicWitnessKey}=http://127.0.0.1:1`,
  }
  const on = { environment, out: (line: string) => said.push(line), err: () => undefined }
  const code = await monitorCommand.run(['--state', join(folder, 'seen'), '--log', address], on)
  return { code, said: said.join('; ') }
}

it('follows a log that grows, and keeps every checkpoint it accepted', async () => {
  publish(log.grow(someLeaves(300)))
  expect(await look()).toEqual({ code: 0, said: '300 batches: 0 findings' })
  expect(await look()).toEqual({ code: 0, said: '300 batches: 0 findings' })
  publish(log.grow(someLeaves(400, 'batch', 300)))
  expect(await look()).toEqual({ code: 0, said: '700 batches: 0 findings' })
  expect(readdirSync(join(folder, 'seen', 'checkpoints'))).toHaveLength(2)
})

it.each<[string, () => void, RegExp]>([
  [
    'was written anew and grew since',
    () => {
      log.rewrite(someLeaves(301, 'another'))
      publish(log.head)
    },
    /roots differ/,
  ],
  [
    'was written anew',
    () => {
      log.rewrite(someLeaves(300, 'another'))
      publish(log.head)
    },
    /two roots of one size/,
  ],
  [
    'shrank',
    () => {
      log.rewrite(someLeaves(299))
      publish(log.head)
    },
    /the tree shrank/,
  ],
  ['was seen by no witness', () => publish(log.grow(['one more']), []), /no known witness saw it/],
  [
    'is signed by somebody else',
    () =>
      publish(
        log.grow(['one more']),
        [witnessKey],
        signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 2)),
      ),
    /no known key signed/,
  ],
  [
    'publishes other hashes than it signs',
    () => publish({ size: log.head.size, root: Buffer.alloc(32, 9) }),
    /the published hashes do not make its root/,
  ],
])('finds a log that %s, and does not accept it', async (_name, change, words) => {
  publish(log.grow(someLeaves(300)))
  await look()
  change()
  const { code, said } = await look()

  expect(code).toBe(10)
  expect(said).toMatch(words)
  expect((await look()).code).toBe(10)
})

it('says when nobody answers', async () => {
  await expect(look()).resolves.toMatchObject({ code: 10 }) // an empty checkpoint is none
  log.close()
  await expect(look()).rejects.toThrow('does not answer')
})
