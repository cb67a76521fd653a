import type { BundleLine } from './bundle.js'

const texts = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('base64'))

const someOf = <T>(all: readonly T[] = []) => (all.length > 0 ? all : undefined)

/** Writes a line, without its newline. */
export function formatBundleLine(line: BundleLine): string {
  if (line.kind === 'disclosure') return JSON.stringify({ ...line, salt: line.salt.toString('base64') })
  if (line.kind !== 'head') return JSON.stringify(line)
  return JSON.stringify({
    ...line,
    nonce: line.nonce.toString('base64'),
    forestProof: texts(line.forestProof),
    logProof: texts(line.logProof),
    consistency: texts(line.consistency),
    declaring: someOf(line.declaring)?.map((one) => ({ ...one, logProof: texts(one.logProof) })),
  })
}
