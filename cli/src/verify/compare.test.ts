import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signatureKinds, signCheckpoint, signerKey } from '@autora/shared/tlog'
import { PublishedLog, someLeaves } from '../../../test/kit/published-log.js'
import { publicLogKey } from '../../../test/kit/trail-processes.js'
import { verifyCommand } from './index.js'

const key = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const stranger = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 2))
const log = new PublishedLog()
let folder: string
let address: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  address = await log.listen()
  const keep = (name: string, size: number, root: number | Uint8Array, signer = key) =>
    writeFileSync(
      join(folder, name),
      signCheckpoint(
        {
          origin: key.name,
          size,
          root: typeof root === 'number' ? Buffer.alloc(32, root) : Buffer.from(root),
        },
        signer,
      ),
    )
  keep('first', 260, log.grow(someLeaves(260)).root)
  keep('grown', 700, log.grow(someLeaves(440, 'batch', 260)).root)
  keep('hidden', 260, 5)
  keep('seen', 7, 1)
  keep('again', 7, 1)
  keep('forked', 7, 2)
  keep('later', 9, 3)
  keep('forged', 7, 2, stranger)
  writeFileSync(join(folder, 'policy'), `log ${publicLogKey(1)}\n`)
})
afterAll(() => {
  log.close()
  rmSync(folder, { recursive: true })
})

const compare = async (name: string, other = 'seen', more: readonly string[] = []) => {
  const said: string[] = []
  const files = [join(folder, other), join(folder, name)]
  const args = ['--compare', ...files, '--policy', join(folder, 'policy'), ...more]
  const on = { environment: {}, out: (line: string) => said.push(line), err: () => undefined }
  return { code: await verifyCommand.run(args, on), said: said.join() }
}

it.each([
  ['again', 0, /^SAME/],
  ['forked', 10, /^FORK: log.test\/trail signed two histories of size 7/],
  ['later', 11, /^CANNOT TELL: sizes 7 and 9/],
])('says what %s is beside a checkpoint that was kept', async (name, code, words) => {
  const answer = await compare(name)

  expect(answer.said).toMatch(words)
  expect(answer.code).toBe(code)
})

it.each([
  ['grown', 'first', 0, /^SAME: the first 260 of 700 batches/],
  ['first', 'grown', 0, /^SAME: the first 260 of 700 batches/],
  ['hidden', 'grown', 10, /^FORK: the history of size 700 .* does not begin with the one of size 260/],
  ['hidden', 'later', 11, /^CANNOT TELL: the published hashes do not make the root of size 260/],
])('compares %s with %s by the hashes that the log publishes', async (name, with_, code, words) => {
  const answer = await compare(name, with_, ['--log', address])

  expect(answer.said).toMatch(words)
  expect(answer.code).toBe(code)
})

it('takes no checkpoint for proof that the log did not sign', async () => {
  await expect(compare('forged')).rejects.toThrow('no known key signed')
})
