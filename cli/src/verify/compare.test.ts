import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signatureKinds, signCheckpoint, signerKey } from '@autora/shared/tlog'
import { publicLogKey } from '../../../test/kit/trail-processes.js'
import { verifyCommand } from './index.js'

const key = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const other = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 2))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  const keep = (name: string, size: number, root: number, signer = key) =>
    writeFileSync(
      join(folder, name),
      signCheckpoint({ origin: key.name, size, root: Buffer.alloc(32, root) }, signer),
    )
  keep('seen', 7, 1)
  keep('again', 7, 1)
  keep('forked', 7, 2)
  keep('later', 9, 3)
  keep('forged', 7, 2, other)
  writeFileSync(join(folder, 'policy'), `log ${publicLogKey(1)}\n`)
})
afterAll(() => rmSync(folder, { recursive: true }))

const compare = async (name: string) => {
  const said: string[] = []
  const args = ['--compare', join(folder, 'seen'), join(folder, name), '--policy', join(folder, 'policy')]
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

it('takes no checkpoint for proof that the log did not sign', async () => {
  await expect(compare('forged')).rejects.toThrow('no known key signed')
})
