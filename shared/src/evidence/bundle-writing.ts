import type { BundleLine } from './bundle.js'

const texts = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('base64'))

/** Writes a line, without its newline. */
export const formatBundleLine = (line: BundleLine): string =>
  JSON.stringify(
    line.kind === 'head'
      ? {
          ...line,
          nonce: line.nonce.toString('base64'),
          forestProof: texts(line.forestProof),
          logProof: texts(line.logProof),
          consistency: texts(line.consistency),
        }
      : line,
  )
