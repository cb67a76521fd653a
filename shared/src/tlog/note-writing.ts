import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { TlogError } from './bytes.js'
import { type Note, type NoteSignature, type SignatureKind, type VerifierKey, verifierKey } from './note.js'

/** PKCS #8 header of Ed25519 (RFC 8410), before the 32 bytes of the seed. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A key that signs, and its public half. */
export interface SignerKey extends VerifierKey {
  readonly privateKey: KeyObject
}

/** A signing key from its 32-byte seed (RFC 8032 section 5.1.5). @throws {TlogError} when it cannot be one. */
export function signerKey(name: string, kind: SignatureKind, seed: Buffer): SignerKey {
  if (seed.length !== 32) throw new TlogError('an Ed25519 seed has 32 bytes')
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { ...verifierKey(name, kind, publicKey), privateKey }
}

/** The same key under another name: a new log of whoever holds it. */
export const signerNamed = ({ kind, publicKey, privateKey }: SignerKey, name: string): SignerKey => ({
  ...verifierKey(name, kind, publicKey),
  privateKey,
})

/** `<name>+<id>+<base64(kind ‖ key)>`: how a public key is handed around. */
export const formatVerifierKey = ({ name, id, kind, publicKey }: VerifierKey): string =>
  `${name}+${id}+${Buffer.concat([Buffer.of(kind), publicKey]).toString('base64')}`

/** Signs a text. @throws {TlogError} when it does not end in a newline, or holds what no note may. */
export function signText(text: string, key: SignerKey): NoteSignature {
  if (!text.endsWith('\n')) throw new TlogError('the text of a note ends in a newline')
  return { name: key.name, keyId: key.id, signature: sign(null, Buffer.from(text), key.privateKey) }
}

/** Writes a note. */
export const formatNote = ({ text, signatures }: Note): string =>
  `${text}\n${signatures
    .map(
      ({ name, keyId, signature }) =>
        `— ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64')}\n`,
    )
    .join('')}`
