import { policyText, SampleLog } from '../../../test/kit/sample-log.js'
import { type BundleLine, type Declaration, formatBundleLine, parsePolicy, verifyBundle } from './index.js'

const isoOf = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, -1)}000Z`

/** A log that was silent for ten minutes between two batches, and what it declares afterwards. */
function silent(declares: (log: SampleLog) => readonly Declaration[]): SampleLog {
  const log = new SampleLog()
  log.event(1, 'before')
  log.batch()
  const declared = declares(log)
  log.now += 595
  log.event(1, 'after')
  log.batch(declared)
  return log
}

const check = (log: SampleLog, policy: string, change = (lines: BundleLine[]) => lines) =>
  verifyBundle(
    change([...(log.lines[1] ?? [])]).map(formatBundleLine),
    parsePolicy(`${policyText(1)}\n${policy}`),
    new Date(log.now * 1000),
  )
const pause = (log: SampleLog): Declaration[] => [{ kind: 'pause', since: isoOf(log.now) }]

describe('a silence of the log', () => {
  it.each([
    ['nobody declared it', () => [], 'pause 3600', 'CANNOT_TELL'],
    ['it was declared, and the policy allows none', pause, '', 'CANNOT_TELL'],
    ['it was declared, and is longer than the policy allows', pause, 'pause 300', 'CANNOT_TELL'],
    ['it was declared, and the policy allows it', pause, 'pause 3600', 'VERIFIED'],
  ] as const)('where %s', (_what, declares, policy, verdict) => {
    expect(check(silent(declares), policy).verdict).toBe(verdict)
  })

  it('is told by the verifier', () => {
    expect(check(silent(pause), 'pause 3600')).toMatchObject({
      notes: [expect.stringMatching(/^The platform declared that it was off 2026-/)],
    })
  })

  it('is not believed where the declaration was edited, moved, doubled or left out', () => {
    const log = silent(pause)
    const lastHead = (edit: (head: BundleLine & { kind: 'head' }) => BundleLine) => (lines: BundleLine[]) =>
      lines.map((line, at) => (at === lines.length - 1 && line.kind === 'head' ? edit(line) : line))
    const verdictOf = (change: (lines: BundleLine[]) => BundleLine[]) =>
      check(log, 'pause 3600', change).verdict
    const last = log.lines[1]?.at(-1)
    const [one] = last?.kind === 'head' ? (last.declaring ?? []) : []
    if (!one) throw new Error('the sample declares nothing')

    const edited = { ...one, batch: one.batch.replace(/pause 2026/, 'pause 2020') }
    expect(verdictOf(lastHead((head) => ({ ...head, declaring: [edited] })))).toBe('TAMPERED')
    expect(verdictOf(lastHead((head) => ({ ...head, declaring: [{ ...one, logIndex: 0 }] })))).toBe(
      'TAMPERED',
    )
    expect(verdictOf(lastHead((head) => ({ ...head, declaring: [one, one] })))).toBe('TAMPERED')
    expect(verdictOf(lastHead((head) => ({ ...head, declaring: [] })))).toBe('CANNOT_TELL')
  })
})
