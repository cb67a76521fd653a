import { type BundleLine, formatBundleLine } from '@autora/shared/evidence'
import { formatVerifierKey, signatureKinds, signCheckpoint, signerKey } from '@autora/shared/tlog'
import { logKey, SampleLog, sample, seed, window, witnesses } from './sample-log.js'

/** Ways to falsify evidence, as auditors group them. */
export type TamperClass =
  | 'edit'
  | 'delete'
  | 'insert'
  | 'reorder'
  | 'truncate'
  | 'fork'
  | 'rewind clock'
  | 'swap tenant'
  | 'replace key'
  | 'weaken evidence'
  | 'malform'
  | 'disclose'

/** Evidence as somebody hands it out, and the time for which completeness is asked (Unix, seconds). */
export interface Evidence {
  readonly lines: readonly BundleLine[]
  readonly asOf: number
}

/** One way. `log` may be changed: it belongs to this variant alone. */
export interface Tampering {
  readonly class: TamperClass
  readonly name: string
  /** The falsified bundle of tenant 1; `n` chooses among the variants. */
  apply(log: SampleLog, n: number): Evidence
}

const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T
const places = (lines: readonly BundleLine[], kind: BundleLine['kind']) =>
  lines.flatMap((line, at) => (line.kind === kind ? [at] : []))
/** Where the events of a bundle stand. */
export const eventsOf = (lines: readonly BundleLine[]): number[] => places(lines, 'event')
/** Where its heads stand. */
export const headsOf = (lines: readonly BundleLine[]): number[] => places(lines, 'head')
/** Where what it discloses stands. */
export const disclosuresOf = (lines: readonly BundleLine[]): number[] => places(lines, 'disclosure')
/** The bundle with one line changed. */
export const changed = (
  lines: readonly BundleLine[],
  at: number,
  change: (line: never) => object,
): BundleLine[] =>
  lines.map((line, n) => (n === at ? ({ ...line, ...change(line as never) } as BundleLine) : line))
/** The bundle without one line. */
export const without = (lines: readonly BundleLine[], at: number) => lines.filter((_, n) => n !== at)
const withNew = (lines: readonly BundleLine[], at: number, line: BundleLine) => [
  ...lines.slice(0, at),
  line,
  ...lines.slice(at),
]
const exchanged = (lines: readonly BundleLine[], a: number, b: number) =>
  lines.map((line, at) => (at === a ? lines[b] : at === b ? lines[a] : line) as BundleLine)

/** Every event with the index of its place, and as one of tenant 1: `…event/1 <tenant> <index> …`. */
function renumbered(lines: readonly BundleLine[]): BundleLine[] {
  const [first] = lines
  const tenant = first?.kind === 'bundle' ? first.tenant : ''
  let index = 0
  return lines.map((line) =>
    line.kind === 'event'
      ? {
          kind: 'event',
          leaf: line.leaf.replace(/^(\S+) \S+ \d+/, (_, kind) => `${kind} ${tenant} ${index++}`),
        }
      : line,
  )
}

type OnLines = (lines: readonly BundleLine[], n: number, log: SampleLog) => readonly BundleLine[]

const disclosing = (log: SampleLog): readonly BundleLine[] => log.lines[1] ?? []
/** Discloses nothing: what is wrong with an event has to be found by the proofs alone. */
const own = (log: SampleLog): readonly BundleLine[] =>
  disclosing(log).filter(({ kind }) => kind !== 'disclosure')

const onLines = (group: TamperClass, name: string, change: OnLines): Tampering => ({
  class: group,
  name,
  apply: (log, n) => ({ lines: change(own(log), n, log), asOf: log.now }),
})

const editLeaf = (lines: readonly BundleLine[], n: number, edit: (leaf: string, at: number) => string) =>
  changed(lines, pick(eventsOf(lines), n), ({ leaf }: { leaf: string }) => ({
    leaf: edit(leaf, (n * 7919) % leaf.length),
  }))

const editNote = (lines: readonly BundleLine[], n: number, edit: (note: string) => string) =>
  changed(lines, pick(headsOf(lines), n), ({ checkpoint }: { checkpoint: string }) => ({
    checkpoint: edit(checkpoint),
  }))

const flipped = (hash: Buffer, n: number) => {
  const copy = Buffer.from(hash)
  copy[n % copy.length] = (copy[n % copy.length] ?? 0) ^ (1 << (n % 8))
  return copy
}

const events: readonly Tampering[] = [
  onLines('edit', 'one character of one event', (lines, n) =>
    editLeaf(
      lines,
      n,
      (leaf, at) => `${leaf.slice(0, at)}${leaf[at] === '7' ? '8' : '7'}${leaf.slice(at + 1)}`,
    ),
  ),
  onLines('edit', 'one bit of one event', (lines, n) =>
    editLeaf(
      lines,
      n,
      (leaf, at) =>
        `${leaf.slice(0, at)}${String.fromCharCode(leaf.charCodeAt(at) ^ 1)}${leaf.slice(at + 1)}`,
    ),
  ),
  onLines('delete', 'one event', (lines, n) => without(lines, pick(eventsOf(lines), n))),
  onLines('delete', 'one event, the rest renumbered', (lines, n) =>
    renumbered(without(lines, pick(eventsOf(lines), n))),
  ),
  onLines('insert', 'one event twice', (lines, n) => {
    const at = pick(eventsOf(lines), n)
    return renumbered(withNew(lines, at, lines[at] as BundleLine))
  }),
  onLines('insert', "an event of another tenant's trail", (lines, n, log) => {
    const others = log.lines[2] ?? []
    const foreign = others[pick(eventsOf(others), n)]
    return foreign ? renumbered(withNew(lines, pick(eventsOf(lines), n), foreign)) : lines
  }),
  onLines('reorder', 'two events', (lines, n) => {
    const all = eventsOf(lines)
    return exchanged(lines, pick(all, n), pick(all, n + 1))
  }),
  onLines('reorder', 'two events, renumbered', (lines, n) => {
    const all = eventsOf(lines)
    return renumbered(exchanged(lines, pick(all, n), pick(all, n + 1)))
  }),
]

const heads: readonly Tampering[] = [
  onLines('truncate', 'the last line cut off', (lines) => lines.slice(0, -1)),
  onLines('truncate', 'an older head in the place of the newest', (lines, n) => {
    const all = headsOf(lines)
    return lines.map(
      (line, at) => (at === all.at(-1) ? lines[pick(all.slice(0, -1), n)] : line) as BundleLine,
    )
  }),
  {
    class: 'truncate',
    name: 'a genuine bundle of some time ago',
    apply(log, n) {
      const lines = own(log)
      return { lines: lines.slice(0, pick(headsOf(lines), n) + 1), asOf: log.now + window + 10 }
    },
  },
  onLines('swap tenant', "another tenant's bundle", (_lines, _n, log) => log.lines[2] ?? []),
  onLines('swap tenant', "another tenant's events under this name", (lines, _n, log) => [
    lines[0] as BundleLine,
    ...(log.lines[2] ?? []).slice(1),
  ]),
  onLines('swap tenant', 'everything of another tenant relabelled', (lines, _n, log) =>
    renumbered([lines[0] as BundleLine, ...(log.lines[2] ?? []).slice(1)]),
  ),
  onLines('swap tenant', 'another slot', (lines, n) => changed(lines, 0, () => ({ slot: 2 + (n % 100) }))),
  {
    class: 'rewind clock',
    name: 'events dated back or ahead by their log',
    apply(log, n) {
      log.event(1, 'dated', log.now + (n % 2 === 0 ? -1 : 1) * (120 + (n % 10_000)))
      log.batch()
      return { lines: own(log), asOf: log.now }
    },
  },
  {
    class: 'weaken evidence',
    name: 'checkpoints between left out',
    apply(log, n) {
      for (let more = 0; more < 3 + (n % 3); more += 1) {
        log.now += window - 10
        log.event(1, `later ${more}`)
        log.batch()
      }
      const lines = own(log)
      return { lines: without(lines, headsOf(lines).at(-2) ?? 0), asOf: log.now }
    },
  },
]

/** What signed it, replaced in the note's signature lines. */
const foreignKey = (n: number) => signerKey(logKey.name, signatureKinds.ed25519, seed(9 + (n % 200)))

/** A log that says something else, with the same number of batches: signed by the real key or another one. */
const rebuilt = (log: SampleLog, key = logKey, cosigners = witnesses.slice(0, 1)) => {
  const batches = headsOf(own(log)).length
  return sample(
    Array.from({ length: batches }, (_, n) => (n % 3) + 1),
    new SampleLog(key, cosigners),
  )
}

const signatures: readonly Tampering[] = [
  onLines('fork', 'a second history of the same key that the witnesses did not see', (_l, _n, log) =>
    own(rebuilt(log)),
  ),
  onLines('fork', 'the last checkpoint of a second history', (lines, _n, log) => [
    ...lines.slice(0, -1),
    own(rebuilt(log, logKey, witnesses)).at(-1) as BundleLine,
  ]),
  onLines('fork', 'a cosignature of another checkpoint', (lines, n) => {
    const all = headsOf(lines)
    const [a, b] = [pick(all, n), pick(all, n + 1)]
    const notes = [a, b].map((at) => (lines[at] as { checkpoint: string }).checkpoint) as [string, string]
    const copied = notes[1].slice(notes[1].indexOf('— witness'))
    return changed(lines, a, () => ({
      checkpoint: notes[0].slice(0, notes[0].indexOf('— witness')) + copied,
    }))
  }),
  onLines('replace key', 'a log of another key', (_lines, n, log) =>
    own(rebuilt(log, foreignKey(n), witnesses)),
  ),
  onLines('replace key', 'another key under the old name and id', (lines, n, log) => {
    const at = headsOf(lines).at(-1) ?? 0
    const note = (lines[at] as { checkpoint: string }).checkpoint
    const forged = signCheckpoint(
      { origin: logKey.name, size: log.log.range.size, root: log.log.range.root() },
      foreignKey(n),
    )
    const signed = (text: string) => text.slice(text.indexOf('\n\n') + 2).split('\n')[0] ?? ''
    const bytes = Buffer.from(signed(forged).split(' ')[2] ?? '', 'base64')
    Buffer.from(logKeyId, 'hex').copy(bytes)
    const line = `— ${logKey.name} ${bytes.toString('base64')}`
    return changed(lines, at, () => ({ checkpoint: note.replace(signed(note), line) }))
  }),
]
const logKeyId = formatVerifierKey(logKey).split('+')[1] ?? ''

const forms: readonly Tampering[] = [
  onLines('malform', 'a checkpoint of another size', (lines, n) =>
    editNote(lines, n, (note) => note.replace(/\n\d+\n/, (size) => `\n${Number(size) + 1 + (n % 9)}\n`)),
  ),
  onLines('malform', 'a checkpoint with a zero in front of its size', (lines, n) =>
    editNote(lines, n, (note) => note.replace(/\n(\d+)\n/, '\n0$1\n')),
  ),
  onLines('malform', 'a root of 33 bytes', (lines, n) =>
    editNote(lines, n, (note) => {
      const [origin = '', size = '', root = '', ...rest] = note.split('\n')
      const longer = Buffer.concat([Buffer.from(root, 'base64'), Buffer.of(n % 256)]).toString('base64')
      return [origin, size, longer, ...rest].join('\n')
    }),
  ),
  onLines('malform', 'one bit of a forest proof', (lines, n) =>
    changed(lines, pick(headsOf(lines), n), ({ forestProof }: { forestProof: Buffer[] }) => ({
      forestProof: forestProof.map((hash, at) => (at === n % forestProof.length ? flipped(hash, n) : hash)),
    })),
  ),
  onLines('malform', 'one bit of a nonce', (lines, n) =>
    changed(lines, pick(headsOf(lines), n), ({ nonce }: { nonce: Buffer }) => ({ nonce: flipped(nonce, n) })),
  ),
  onLines('malform', 'a consistency proof left out', (lines, n) =>
    changed(lines, pick(headsOf(lines).slice(1), n), () => ({ consistency: [] })),
  ),
]

const onDisclosures = (name: string, change: OnLines): Tampering => ({
  class: 'disclose',
  name,
  apply: (log, n) => ({ lines: change(disclosing(log), n, log), asOf: log.now }),
})

const disclosures: readonly Tampering[] = [
  onDisclosures('a side value edited', (lines, n) =>
    changed(lines, pick(disclosuresOf(lines), n), ({ value }: { value: string }) => ({
      value: n % 2 ? `${value}!` : value.slice(1),
    })),
  ),
  onDisclosures('another field', (lines, n) =>
    changed(lines, pick(disclosuresOf(lines), n), () => ({ field: n % 2 ? 'email' : '__proto__' })),
  ),
  onDisclosures('one bit of a salt', (lines, n) =>
    changed(lines, pick(disclosuresOf(lines), n), ({ salt }: { salt: Buffer }) => ({
      salt: flipped(salt, n),
    })),
  ),
  onDisclosures('two salts swapped', (lines, n) => {
    const [a, b] = [pick(disclosuresOf(lines), n), pick(disclosuresOf(lines), n + 1)]
    const saltAt = (at: number) => ({ salt: (lines[at] as { salt: Buffer }).salt })
    return changed(
      changed(lines, a, () => saltAt(b)),
      b,
      () => saltAt(a),
    )
  }),
  onDisclosures('put behind another event', (lines, n) => {
    const at = pick(disclosuresOf(lines), n)
    const moved = without(lines, at)
    const to = pick(eventsOf(moved), n + 1)
    return withNew(moved, to + 1, lines[at] as BundleLine)
  }),
]

/** Every way that is tried, by class. */
export const tamperings: readonly Tampering[] = [...events, ...heads, ...signatures, ...forms, ...disclosures]

/** One variant: a log of the drawn batches, falsified. Null when it came out as it was. */
export function falsified(tampering: Tampering, batches: readonly number[], n: number): Evidence | null {
  const log = sample(batches)
  const { now } = log
  const text = (lines: readonly BundleLine[]) => lines.map(formatBundleLine).join('\n')
  const before = [own(log), disclosing(log)].map(text)
  const evidence = tampering.apply(log, n)
  return evidence.asOf === now && before.includes(text(evidence.lines)) ? null : evidence
}
