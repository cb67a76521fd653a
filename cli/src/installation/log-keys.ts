import { originOf } from '@autora/audit'
import {
  formatVerifierKey,
  type SignerKey,
  signatureKinds,
  signerKey,
  signerNamed,
} from '@autora/shared/tlog'
import type { Secrets } from './secrets.js'

/** The keys that a text names: `<name>:<64 hex digits>` between white space. */
export const signersOf = (
  text: string,
  kind: (typeof signatureKinds)[keyof typeof signatureKinds] = signatureKinds.ed25519,
): SignerKey[] =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => {
      const [name = '', hex = ''] = word.split(':')
      return signerKey(name, kind, Buffer.from(hex, 'hex'))
    })

/** The public half of a key of the log as an epoch names it. */
export const keyInEpoch = (key: SignerKey, epoch: number): string =>
  formatVerifierKey(signerNamed(key, originOf(key.name, epoch)))

/** The public halves of the keys of log and witness, as they are handed around (C2SP signed-note). */
export function publicKeysOf({ logKey, witnessKey }: Pick<Secrets, 'logKey' | 'witnessKey'>): {
  /** The first key of the log. */
  readonly log: string
  /** Every key of the log, oldest first. */
  readonly logs: readonly string[]
  readonly witness: string
} {
  const logs = signersOf(logKey).map(formatVerifierKey)
  const [witness] = signersOf(witnessKey, signatureKinds.cosignature).map(formatVerifierKey)
  return { log: logs[0] ?? '', logs, witness: witness ?? '' }
}
