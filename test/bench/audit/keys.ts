import { formatVerifierKey, type SignatureKind, signatureKinds, signerKey } from '@autora/shared/tlog'

const keyOf = (name: string, kind: SignatureKind, byte: number) => ({
  /** As the settings take it. */
  secret: `${name}:${Buffer.alloc(32, byte).toString('hex')}`,
  public: formatVerifierKey(signerKey(name, kind, Buffer.alloc(32, byte))),
})

/** Fixed keys of the benchmark: nothing here protects anything. */
export const benchKeys = {
  log: keyOf('log.bench/trail', signatureKinds.ed25519, 1),
  witness: keyOf('witness.bench/one', signatureKinds.cosignature, 2),
} as const
