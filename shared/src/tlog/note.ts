import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { decodeBase64, sha256, TlogError } from './bytes.js'

/** Kinds of signature in a note: the text itself, or a cosignature with its time (C2SP signed-note, tlog-cosignature). */
export const signatureKinds = { ed25519: 1, cosignature: 4 } as const

/** One of them. */
export type SignatureKind = (typeof signatureKinds)[keyof typeof signatureKinds]

const MOST_SIGNATURES = 100
const MOST_BYTES = 1_000_000

/** A public key with the name that signs with it. */
export interface VerifierKey {
  readonly name: string
  /** First four bytes of SHA-256(name ‖ newline ‖ kind ‖ key), as hex. */
  readonly id: string
  readonly kind: SignatureKind
  /** 32 bytes of Ed25519 (RFC 8032). */
  readonly publicKey: Buffer
}

/** One signature line. */
export interface NoteSignature {
  readonly name: string
  readonly keyId: string
  readonly signature: Buffer
}

/** A note whose form is good; nothing of it is proven. */
export interface Note {
  /** Ends in a newline; what is signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const isName = (name: string): boolean => name !== '' && !/[\s+\u0085]/u.test(name)

const idOf = (name: string, kind: SignatureKind, publicKey: Uint8Array): string =>
  sha256(Buffer.from(`${name}\n`), Buffer.of(kind), publicKey)
    .subarray(0, 4)
    .toString('hex')

/** SubjectPublicKeyInfo of Ed25519 (RFC 8410), before the 32 bytes of the key. */
const spki = Buffer.from('302a300506032b6570032100', 'hex')

const publicKeyOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([spki, bytes]), format: 'der', type: 'spki' })

/**
 * Encodings of points of small order on edwards25519, sign bit cleared: the y coordinates 0, 1, -1 and the two of order
 * 8, and those at or above the prime that reduce to 0 and 1. Under such a key anybody can sign anything.
 */
const smallOrder = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

function isSmallOrder(publicKey: Buffer): boolean {
  const bytes = Buffer.from(publicKey)
  bytes[31] = (bytes[31] ?? 0) & 0x7f
  return smallOrder.has(bytes.toString('hex'))
}

/** A key for a name and the public half of an Ed25519 key. @throws {TlogError} when either cannot be one. */
export function verifierKey(name: string, kind: SignatureKind, publicKey: Buffer): VerifierKey {
  if (!isName(name)) throw new TlogError('a key name has no space and no plus')
  if (publicKey.length !== 32) throw new TlogError('an Ed25519 key has 32 bytes')
  if (isSmallOrder(publicKey)) throw new TlogError('under this key anybody could sign')
  return { name, kind, publicKey, id: idOf(name, kind, publicKey) }
}

/** Reads a public key. @throws {TlogError} when the form is wrong, or the id is not that of the key. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  const bytes = decodeBase64(encoded)
  const kind = Object.values(signatureKinds).find((one) => one === bytes[0])
  if (!kind) throw new TlogError('unknown kind of key')
  const key = verifierKey(name, kind, bytes.subarray(1))
  if (key.id !== id) throw new TlogError('the key id is not that of the key')
  return key
}

const lineForm = /^— (\S+) (\S+)$/u

function parseLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = lineForm.exec(line) ?? []
  if (!isName(name)) throw new TlogError('malformed signature line')
  const bytes = decodeBase64(encoded)
  if (bytes.length < 5) throw new TlogError('malformed signature line')
  return { name, keyId: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) }
}

/** Reads the form of a note (C2SP signed-note). @throws {TlogError} when it is none. */
export function parseNote(note: string): Note {
  if (Buffer.byteLength(note) > MOST_BYTES) throw new TlogError('the note is too large')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || Buffer.from(note).toString() !== note)
    throw new TlogError('the note holds what is no text')
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw new TlogError('the note has no signatures')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) throw new TlogError('too many signatures')
  return { text: note.slice(0, split + 1), signatures: lines.map(parseLine) }
}

/** Whether bytes are the Ed25519 signature of a message. */
export const isSignatureOf = (key: VerifierKey, message: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === 64 && verify(null, message, publicKeyOf(key.publicKey), signature)

/**
 * Opens a note with known keys: each of their signatures must be good, those of unknown keys are passed over.
 *
 * @returns the keys that signed, each once.
 * @throws {TlogError} when none signed, one signature is wrong, or two known keys share name and id.
 */
export function openNote(
  note: string,
  keys: readonly VerifierKey[],
): { text: string; signedBy: VerifierKey[] } {
  const { text, signatures } = parseNote(note)
  const signedBy = new Set<VerifierKey>()
  for (const { name, keyId, signature } of signatures) {
    const known = keys.filter((key) => key.name === name && key.id === keyId)
    if (known.length > 1) throw new TlogError('two known keys share name and id')
    const [key] = known
    if (!key || signedBy.has(key)) continue
    if (key.kind !== signatureKinds.ed25519) continue
    if (!isSignatureOf(key, Buffer.from(text), signature)) throw new TlogError('a signature is wrong')
    signedBy.add(key)
  }
  if (signedBy.size === 0) throw new TlogError('no known key signed')
  return { text, signedBy: [...signedBy] }
}
