import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import {
  logKey,
  policyText,
  SampleLog,
  sample,
  seed,
  start,
  window,
  witnesses,
} from '../../../test/kit/sample-log.js'
import {
  formatVerifierKey,
  openCheckpoint,
  type SignerKey,
  signatureKinds,
  signerKey,
} from '../tlog/index.js'
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
const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T
const runs = Number(process.env.AUTORA_TAMPER_RUNS ?? 60)

const eventsOf = (lines: readonly BundleLine[]) =>
  lines.flatMap((line, at) => (line.kind === 'event' ? [at] : []))
const headsOf = (lines: readonly BundleLine[]) =>
  lines.flatMap((line, at) => (line.kind === 'head' ? [at] : []))
const disclosuresOf = (lines: readonly BundleLine[]) =>
  lines.flatMap((line, at) => (line.kind === 'disclosure' ? [at] : []))
const changed = (lines: readonly BundleLine[], at: number, change: (line: never) => object): BundleLine[] =>
  lines.map((line, n) => (n === at ? ({ ...line, ...change(line as never) } as BundleLine) : line))
const without = (lines: readonly BundleLine[], at: number) => lines.filter((_, n) => n !== at)

/** `…event/1 <tenant> <index> …` with another index. */
const renumbered = (lines: readonly BundleLine[]): BundleLine[] => {
  let index = 0
  return lines.map((line) =>
    line.kind === 'event'
      ? {
          kind: 'event',
          leaf: line.leaf.replace(/^(\S+ \S+) \d+/, (_all, head: string) => `${head} ${index++}`),
        }
      : line,
  )
}

type Tamper = (lines: BundleLine[], n: number, log: SampleLog) => BundleLine[]

const edits: Readonly<Record<string, Tamper>> = {
  'one character of one event': (lines, n) =>
    changed(lines, pick(eventsOf(lines), n), ({ leaf }: { leaf: string }) => {
      const at = n % leaf.length
      return { leaf: `${leaf.slice(0, at)}${leaf[at] === '7' ? '8' : '7'}${leaf.slice(at + 1)}` }
    }),
  'an event deleted': (lines, n) => without(lines, pick(eventsOf(lines), n)),
  'an event deleted, the rest renumbered': (lines, n) => renumbered(without(lines, pick(eventsOf(lines), n))),
  'an event doubled': (lines, n) => {
    const at = pick(eventsOf(lines), n)
    return renumbered([...lines.slice(0, at), lines[at] as BundleLine, ...lines.slice(at)])
  },
  'two events exchanged and renumbered': (lines, n) => {
    const events = eventsOf(lines)
    const [a, b] = [pick(events, n), pick(events, n + 1)]
    return renumbered(
      lines.map((line, at) => (at === a ? lines[b] : at === b ? lines[a] : line) as BundleLine),
    )
  },
  'the tail cut off': (lines) => lines.slice(0, -1),
  'an older head in the place of the newest': (lines) => {
    const heads = headsOf(lines)
    return lines.map((line, at) => (at === heads.at(-1) ? lines[heads[0] ?? 0] : line) as BundleLine)
  },
  'a checkpoint with a changed size': (lines, n) =>
    changed(lines, pick(headsOf(lines), n), ({ checkpoint }: { checkpoint: string }) => ({
      checkpoint: checkpoint.replace(/\n\d+\n/, (size) => `\n${Number(size) + 1}\n`),
    })),
  'a checkpoint with a zero in front of its size': (lines, n) =>
    changed(lines, pick(headsOf(lines), n), ({ checkpoint }: { checkpoint: string }) => ({
      checkpoint: checkpoint.replace(/\n(\d+)\n/, '\n0$1\n'),
    })),
  'a cosignature of another checkpoint': (lines, n) => {
    const [a, b] = [pick(headsOf(lines), n), pick(headsOf(lines), n + 1)].map(
      (at) => (lines[at] as { checkpoint: string }).checkpoint,
    ) as [string, string]
    const copied = b.slice(b.indexOf('— witness'))
    return changed(lines, pick(headsOf(lines), n), () => ({
      checkpoint: a.slice(0, a.indexOf('— witness')) + copied,
    }))
  },
  'a log of another key': () =>
    sample([2, 2], new SampleLog(signerKey(logKey.name, signatureKinds.ed25519, seed(9)))).lines[1] ?? [],
  "another tenant's bundle": (_lines, _n, log) => log.lines[2] ?? [],
  "another tenant's events under this name": (lines, _n, log) => [
    lines[0] as BundleLine,
    ...(log.lines[2] ?? []).slice(1),
  ],
  'another slot': (lines) => changed(lines, 0, () => ({ slot: 2 })),
  'a changed proof': (lines, n) =>
    changed(lines, pick(headsOf(lines), n), ({ forestProof }: { forestProof: Buffer[] }) => ({
      forestProof: forestProof.map((hash) =>
        Buffer.from(hash.map((byte, at) => (at === n % 32 ? byte ^ 1 : byte))),
      ),
    })),
  'a disclosed value edited': (lines, n) =>
    changed(lines, pick(disclosuresOf(lines), n), ({ value }: { value: string }) => ({ value: `${value}!` })),
  'the name of a disclosed field edited': (lines, n) =>
    changed(lines, pick(disclosuresOf(lines), n), () => ({ field: 'email' })),
  'the salts of two disclosures exchanged': (lines, n) => {
    const [a, b] = [pick(disclosuresOf(lines), n), pick(disclosuresOf(lines), n + 1)]
    const saltAt = (at: number) => (lines[at] as { salt: Buffer }).salt
    return changed(
      changed(lines, a, () => ({ salt: saltAt(b) })),
      b,
      () => ({ salt: saltAt(a) }),
    )
  },
  'a disclosure put behind another event': (lines, n) => {
    const at = pick(disclosuresOf(lines), n)
    const moved = without(lines, at)
    const to = eventsOf(moved).findLast((event) => event !== at - 1) ?? 0
    return [...moved.slice(0, to + 1), lines[at] as BundleLine, ...moved.slice(to + 1)]
  },
  'a changed nonce': (lines, n) =>
    changed(lines, pick(headsOf(lines), n), () => ({ nonce: randomBytes(32) })),
}

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

  it.each(Object.entries(edits))('is not verified with %s', (_name, tamper) => {
    fc.assert(
      fc.property(batches, fc.nat(1_000_000), (drawn, n) => {
        const log = sample(drawn)
        const lines = log.lines[1] ?? []
        const touched = tamper(lines, n, log)
        // what came out the same was not touched
        fc.pre(touched.map(formatBundleLine).join('\n') !== lines.map(formatBundleLine).join('\n'))
        expect(check(touched, log.now).verdict).not.toBe('VERIFIED')
      }),
      { numRuns: runs },
    )
  })

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
