import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import {
  logKey,
  policyText,
  SampleLog,
  sample,
  start,
  window,
  witnesses,
} from '../../../test/kit/sample-log.js'
import {
  changed,
  disclosuresOf,
  eventsOf,
  falsified,
  headsOf,
  tamperings,
  without,
} from '../../../test/kit/tampering.js'
import { formatVerifierKey, openCheckpoint, type SignerKey } from '../tlog/index.js'
import {
  type BundleLine,
  formatBundleLine,
  parseBundleLine,
  parsePolicy,
  type Verdict,
  verifyBundle,
} from './index.js'

const check = (lines: readonly BundleLine[], now: number, tenant = 1): Verdict =>
  verifyBundle(lines.map(formatBundleLine), parsePolicy(policyText(tenant)), new Date(now * 1000))

const batches = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 8 })
/** `npm run tamper` tries 10,000 of each. */
const runs = 60

describe('a bundle', () => {
  it('is verified when nothing was touched', () => {
    fc.assert(
      fc.property(batches, (drawn) => {
        const log = sample(drawn)
        const lines = log.lines[1] ?? []
        expect(check(lines, log.now)).toMatchObject({ verdict: 'VERIFIED', events: eventsOf(lines).length })
      }),
      { numRuns: runs },
    )
  })

  it.each(tamperings.map((tampering) => [tampering.class, tampering.name, tampering] as const))(
    'is not verified after %s: %s',
    (_class, _name, tampering) => {
      fc.assert(
        fc.property(batches, fc.nat(1_000_000), (drawn, n) => {
          const evidence = falsified(tampering, drawn, n)
          fc.pre(evidence !== null)
          expect(check(evidence?.lines ?? [], evidence?.asOf ?? 0).verdict).not.toBe('VERIFIED')
        }),
        { numRuns: runs },
      )
    },
  )

  it('counts what it discloses, and names the event whose value was edited', () => {
    const log = sample([0, 2])
    const lines = log.lines[1] ?? []
    const [, second = 0] = disclosuresOf(lines)
    const { index } = lines[second] as { index: number }

    expect(check(lines, log.now)).toMatchObject({ verdict: 'VERIFIED', disclosed: 2 })
    expect(check(without(lines, second), log.now)).toMatchObject({ verdict: 'VERIFIED', disclosed: 1 })
    for (const change of [{ value: 'nobody' }, { salt: randomBytes(32) }])
      expect(
        check(
          changed(lines, second, () => change),
          log.now,
        ),
      ).toMatchObject({
        verdict: 'TAMPERED',
        why: 'a disclosed value is not what its event committed to',
        from: index,
      })
  })

  it('names the first window that may be touched', () => {
    const log = sample([0, 0, 0, 0])
    const lines = log.lines[1] ?? []
    const third = eventsOf(lines)[2] ?? 0
    const touched = changed(lines, third, ({ leaf }: { leaf: string }) => ({
      leaf: leaf.replace('event 2', 'event X'),
    }))

    expect(check(touched, log.now)).toMatchObject({
      verdict: 'TAMPERED',
      why: 'events differ from what was witnessed',
      from: 2,
      after: new Date((start + 11) * 1000),
    })
  })

  it('is tampered when a log re-signed its history for other witnesses to see', () => {
    const log = sample([1, 1])
    const fork = sample([2, 0], new SampleLog(logKey, witnesses.slice(0, 1)))
    const lines = [...(log.lines[1] ?? []).slice(0, -1), (fork.lines[1] ?? []).at(-1) as BundleLine]

    expect(check(lines, log.now).verdict).not.toBe('VERIFIED')
    expect(check(fork.lines[1] ?? [], log.now)).toMatchObject({ verdict: 'CANNOT_TELL' })
  })

  it('is tampered when an event is dated outside its window', () => {
    for (const shift of [-300, 120]) {
      const log = sample([1, 1])
      log.event(1, 'dated', log.now + shift)
      log.batch()

      expect(check(log.lines[1] ?? [], log.now)).toMatchObject({ verdict: 'TAMPERED' })
    }
  })

  it('cannot be told when the evidence is too old, too thin, or has a gap', () => {
    const log = sample([1, 1, 1])
    const lines = log.lines[1] ?? []
    const [head] = headsOf(lines)

    expect(check(lines, log.now + window + 60)).toMatchObject({ verdict: 'CANNOT_TELL' })
    expect(check(lines.slice(0, head), log.now)).toMatchObject({ verdict: 'CANNOT_TELL', until: null })
    log.now += 2 * window
    log.batch()
    expect(check(lines, log.now)).toEqual({
      verdict: 'CANNOT_TELL',
      why: 'too long without a witness',
      until: new Date((start + 16) * 1000),
    })
  })

  it('reads back every line it wrote, and nothing else', () => {
    const log = sample([1])
    const texts = (log.lines[1] ?? []).map(formatBundleLine)

    expect(texts.map((text) => formatBundleLine(parseBundleLine(text)))).toEqual(texts)
    for (const wrong of [
      '',
      'null',
      '{}',
      '{"kind":"more"}',
      '{"kind":"head"}',
      '{"kind":"bundle","version":2}',
    ])
      expect(() => parseBundleLine(wrong)).toThrow()
  })

  it('holds a checkpoint that anybody can open', () => {
    const [head] = (sample([1]).lines[1] ?? []).filter((line) => line.kind === 'head')

    expect(openCheckpoint((head as { checkpoint: string }).checkpoint, logKey).size).toBe(1)
  })
})

describe('a policy', () => {
  it.each([
    ['no quorum', /quorum.*/, ''],
    ['a quorum above its witnesses', 'quorum 2', 'quorum 4'],
    ['one witness twice', /witness .*\n/, `witness ${formatVerifierKey(witnesses[1] as SignerKey)}\n`],
    ['the key of the log as a witness', /witness .*/, `witness ${formatVerifierKey(logKey)}`],
    ['an unknown statement', 'window 60', 'window 60\nallow all'],
    ['two windows', 'window 60', 'window 60\nwindow 90'],
    ['no tenant', /tenant.*/, ''],
  ])('is refused with %s', (_name, from, to) => {
    expect(() => parsePolicy(policyText(1).replace(from, to))).toThrow()
  })
})
