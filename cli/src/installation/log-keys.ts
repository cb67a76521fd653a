import { formatVerifierKey, signatureKinds, signerKey } from '@autora/shared/tlog'
import type { Secrets } from './secrets.js'

/** The public halves of the keys of log and witness, as they are handed around (C2SP signed-note). */
export function publicKeysOf({ logKey, witnessKey }: Pick<Secrets, 'logKey' | 'witnessKey'>): {
  readonly log: string
  readonly witness: string
} {
  const keyOf = (text: string, kind: (typeof signatureKinds)[keyof typeof signatureKinds]) => {
    const [name = '', hex = ''] = text.split(':')
    return formatVerifierKey(signerKey(name, kind, Buffer.from(hex, 'hex')))
  }
  return {
    log: keyOf(logKey, signatureKinds.ed25519),
    witness: keyOf(witnessKey, signatureKinds.cosignature),
  }
}
