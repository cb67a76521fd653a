import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { policyText, sample } from '../../../test/kit/sample-log.js'
import { formatBundleLine } from './index.js'

const root = join(__dirname, '../../..')
let folder: string
let asOf: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  execFileSync(process.execPath, [join(root, 'scripts/bundle-verifier.cjs'), join(folder, 'verify.cjs')])
  const log = sample([3, 4, 5])
  const lines = (log.lines[1] ?? []).map(formatBundleLine)
  asOf = new Date(log.now * 1000).toISOString()
  writeFileSync(join(folder, 'policy.txt'), policyText(1))
  writeFileSync(join(folder, 'clean.ndjson'), `${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'edited.ndjson'), lines.join('\n').replace('event 1', 'event X'))
  writeFileSync(join(folder, 'cut.ndjson'), lines.slice(0, 3).join('\n'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the one file where nothing else is: no packages, no network. */
function run(...args: string[]) {
  const { status, stdout } = spawnSync(process.execPath, ['verify.cjs', ...args], { cwd: folder, env: {} })
  return { status, text: stdout.toString() }
}

describe('the verifier in one file', () => {
  it.each([
    ['clean.ndjson', 0, /^VERIFIED: \d+ events, complete and untouched up to 2026-/],
    ['edited.ndjson', 10, /^TAMPERED: .*\nFirst event that may be touched: \d+/],
    ['cut.ndjson', 11, /^CANNOT TELL: /],
  ])('says what %s is, by words and exit code', (bundle, code, words) => {
    const { status, text } = run(bundle, '--policy', 'policy.txt', '--as-of', asOf)

    expect(text).toMatch(words)
    expect(status).toBe(code)
  })

  it.each([
    [['clean.ndjson'], /^Usage: verify/],
    [['--policy', 'policy.txt'], /^Usage: verify/],
    [['clean.ndjson', '--policy', 'policy.txt', '--as-of', 'noon'], /^Usage: verify/],
    [['clean.ndjson', '--policy', 'nothing.txt'], /cannot be read: ENOENT/],
    [['clean.ndjson', '--policy', 'clean.ndjson'], /cannot be read: the policy/],
  ])('does not understand %j', (args, words) => {
    const { status, text } = run(...args)

    expect(text).toMatch(words)
    expect(status).toBe(2)
  })

  it('is small enough to be read, and needs nothing but Node', () => {
    const code = readFileSync(join(folder, 'verify.cjs'), 'utf8')
    const required = [...code.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name)

    expect(code.split('\n').length).toBeLessThanOrEqual(600)
    expect(new Set(required)).toEqual(new Set(['node:fs', 'node:util', 'node:crypto']))
  })
})
