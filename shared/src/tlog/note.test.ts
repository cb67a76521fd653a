import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CompactRange,
  cosign,
  formatCheckpoint,
  formatNote,
  formatProof,
  formatVerifierKey,
  inclusionProof,
  leafHash,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseProof,
  parseVerifierKey,
  readCosignatures,
  readEntries,
  readTile,
  rootOf,
  signatureKinds,
  signCheckpoint,
  signerKey,
  TlogError,
  tilePath,
  tileRoot,
  tilesOf,
  verifierKey,
  verifyProof,
  withSignatures,
  writeEntries,
} from './index.js'

const load = <T>(name: string) => JSON.parse(readFileSync(join(__dirname, 'vectors', name), 'utf8')) as T
const notes = load<{
  badVkeys: string[]
  cases: {
    name: string
    vkeys: string[]
    note: string
    outcome: { verified?: string[]; unverified?: number; reject?: string }
  }[]
}>('signed-note.json')
const log = load<{
  vkey: string
  checkpoints: Record<string, string>
  level0Tile: Record<string, string>
  entryBundle: Record<string, string>
}>('tessera-log.json')

describe('the published notes', () => {
  it.each(notes.cases)('are opened or refused: $name', ({ vkeys, note, outcome }) => {
    const open = () => openNote(note, vkeys.map(parseVerifierKey))
    if (outcome.reject) return expect(open).toThrow(TlogError)
    const { signedBy } = open()
    expect(signedBy.map(({ name }) => name)).toEqual(outcome.verified)
    return expect(parseNote(note).signatures.length - signedBy.length).toBe(outcome.unverified)
  })

  it.each(notes.badVkeys)('have no such key: %s', (text) => {
    expect(() => parseVerifierKey(text)).toThrow(TlogError)
  })
})

describe('the published log', () => {
  const key = parseVerifierKey(log.vkey)
  const sizes = Object.keys(log.checkpoints).map(Number)

  it.each(sizes)('has checkpoint, tile and entries of size %i that agree', (size) => {
    const checkpoint = openCheckpoint(log.checkpoints[size] ?? '', key)
    const leaves = size ? readTile(Buffer.from(log.level0Tile[size] ?? '', 'base64'), size) : []
    const entries = size ? readEntries(Buffer.from(log.entryBundle[size] ?? '', 'base64'), size) : []
    const range = new CompactRange()
    for (const leaf of leaves) range.append(leaf)

    expect(checkpoint.size).toBe(size)
    expect(range.root()).toEqual(checkpoint.root)
    expect(entries.map(leafHash)).toEqual(leaves)
    expect(writeEntries(entries).toString('base64')).toBe(log.entryBundle[size] ?? '')
  })

  it('keeps the spelling of its key', () => {
    expect(formatVerifierKey(key)).toBe(log.vkey)
  })
})

const seed = (byte: number) => Buffer.alloc(32, byte)
const own = signerKey('log.example/trail', signatureKinds.ed25519, seed(1))
const witness = signerKey('witness.example/w1', signatureKinds.cosignature, seed(2))
const checkpoint = { origin: own.name, size: 5, root: Buffer.alloc(32, 9) }
const signed = signCheckpoint(checkpoint, own)

describe('a checkpoint', () => {
  it('is signed, cosigned and opened', () => {
    const cosigned = withSignatures(signed, [cosign(formatCheckpoint(checkpoint), 1_780_000_000, witness)])

    expect(openCheckpoint(cosigned, own)).toEqual(checkpoint)
    expect(readCosignatures(cosigned, [witness])).toEqual([{ witness, time: 1_780_000_000 }])
    expect(readCosignatures(cosigned, [])).toEqual([])
    expect(withSignatures(cosigned, parseNote(cosigned).signatures)).toBe(cosigned)
  })

  it('does not take the cosignature of another one, nor one whose time was changed', () => {
    const other = cosign(formatCheckpoint({ ...checkpoint, size: 6 }), 1_780_000_000, witness)
    const later = cosign(formatCheckpoint(checkpoint), 1_780_000_000, witness)
    later.signature.writeBigUInt64BE(1_780_000_001n)

    for (const wrong of [other, later])
      expect(() => readCosignatures(withSignatures(signed, [wrong]), [witness])).toThrow(
        'a cosignature is wrong',
      )
  })

  it('is no cosignature when it was only signed, and the other way round', () => {
    const posing = verifierKey(witness.name, signatureKinds.ed25519, witness.publicKey)
    const cosigned = withSignatures(signed, [cosign(formatCheckpoint(checkpoint), 1_780_000_000, witness)])

    expect(readCosignatures(cosigned, [posing])).toEqual([])
    expect(() => openNote(cosigned, [witness])).toThrow('no known key signed')
  })

  it.each([
    ['a leading zero', 'o\n05\n'],
    ['a sign', 'o\n+5\n'],
    ['a fraction', 'o\n5.0\n'],
    ['a size above all numbers', 'o\n9007199254740993\n'],
    ['no origin', '\n5\n'],
  ])('is refused with %s', (_name, start) => {
    expect(() => parseCheckpoint(`${start}${checkpoint.root.toString('base64')}\n`)).toThrow(TlogError)
  })

  it.each([
    ['33 bytes', Buffer.alloc(33).toString('base64')],
    ['no padding', checkpoint.root.toString('base64').replace('=', '')],
    ['stray last bits', `${checkpoint.root.toString('base64').slice(0, -2)}F=`],
    ['an extension line', `${checkpoint.root.toString('base64')}\nmore`],
  ])('is refused with a root of %s', (_name, root) => {
    expect(() => parseCheckpoint(`o\n5\n${root}\n`)).toThrow(TlogError)
  })

  it('is only opened as the log it names', () => {
    const posing = formatNote({
      ...parseNote(signCheckpoint({ ...checkpoint, origin: own.name }, own)),
      text: formatCheckpoint({ ...checkpoint, origin: 'other.example' }),
    })

    expect(() => openCheckpoint(posing, own)).toThrow(TlogError)
    expect(() => signCheckpoint({ ...checkpoint, origin: 'other.example' }, own)).toThrow(TlogError)
  })
})

describe('a proof', () => {
  const leaves = ['a', 'b', 'c', 'd', 'e'].map((text) => leafHash(Buffer.from(text)))
  const nodes = new Map<string, Buffer>()
  const range = new CompactRange()
  for (const leaf of leaves)
    for (const { level, index, hash } of range.append(leaf)) nodes.set(`${level}/${index}`, hash)
  const read = (ids: readonly { level: number; index: number }[]) =>
    ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? Buffer.of())
  const head = signCheckpoint({ origin: own.name, size: 5, root: rootOf(5, read) }, own)
  const text = formatProof({
    extra: Buffer.from('head'),
    index: 3,
    hashes: inclusionProof(3, 5, read),
    checkpoint: head,
  })

  it('comes back as it was written, and proves its leaf and no other', () => {
    const proof = parseProof(text)

    expect(formatProof(proof)).toBe(text)
    verifyProof(proof, leaves[3] ?? Buffer.of())
    expect(() => verifyProof(proof, leaves[2] ?? Buffer.of())).toThrow('the root differs')
  })

  it.each([
    ['another version', text.replace('@v1', '@v2')],
    ['no index', text.replace('index 3\n', '')],
    ['an index with a zero in front', text.replace('index 3', 'index 03')],
    ['a hash cut short', text.replace(/=\n/, '\n')],
    ['no checkpoint', text.slice(0, text.indexOf('\n\n'))],
  ])('is refused with %s', (_name, wrong) => {
    expect(() => parseProof(wrong)).toThrow(TlogError)
  })
})

describe('tiles', () => {
  it('have the paths of the specification', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 1, index: 0, width: 112 })).toBe('tile/1/000.p/112')
    expect(tilePath({ level: 'entries', index: 273, width: 112 })).toBe('tile/entries/273.p/112')
  })

  it('cover a tree of 70,000 leaves', () => {
    expect(tilesOf(70_000, 0)).toHaveLength(274)
    expect(tilesOf(70_000, 1)).toEqual([
      { level: 1, index: 0, width: 256 },
      { level: 1, index: 1, width: 17 },
    ])
    expect(tilesOf(70_000, 2)).toEqual([{ level: 2, index: 0, width: 1 }])
  })

  it('stand with one hash in the tile above', () => {
    const leaves = Array.from({ length: 256 }, (_, n) => leafHash(Buffer.of(n)))
    const range = new CompactRange()
    for (const leaf of leaves) range.append(leaf)

    expect(tileRoot(leaves)).toEqual(range.root())
    expect(() => tileRoot(leaves.slice(1))).toThrow(TlogError)
  })

  it('refuse entries that are cut off, too many, or too long', () => {
    const bytes = writeEntries([Buffer.from('one'), Buffer.from('two')])

    expect(() => readEntries(bytes.subarray(0, -1), 2)).toThrow(TlogError)
    expect(() => readEntries(bytes, 1)).toThrow(TlogError)
    expect(() => writeEntries([Buffer.alloc(65_536)])).toThrow(TlogError)
    expect(() => readTile(Buffer.alloc(33), 1)).toThrow(TlogError)
  })
})
