import { PROOF_VERSION, type TlogProof } from './proof.js'

/** Writes a proof. */
export const formatProof = ({ extra, index, hashes, checkpoint }: TlogProof): string =>
  [
    PROOF_VERSION,
    ...(extra ? [`extra ${extra.toString('base64')}`] : []),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
    '',
    checkpoint,
  ].join('\n')
