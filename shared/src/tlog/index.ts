export { decodeHash, HASH_BYTES, sha256, TlogError } from './bytes.js'
export {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  readCheckpoint,
  signCheckpoint,
} from './checkpoint.js'
export { type Cosignature, cosign, readCosignatures, withSignatures } from './cosignature.js'
export {
  emptyRoot,
  leafHash,
  nodeHash,
  rootFromInclusion,
  type TreeHead,
  verifyConsistency,
  verifyInclusion,
} from './merkle.js'
export {
  formatNote,
  formatVerifierKey,
  type Note,
  type NoteSignature,
  openNote,
  parseNote,
  parseVerifierKey,
  type SignerKey,
  signatureKinds,
  signerKey,
  type VerifierKey,
  verifierKey,
} from './note.js'
export { formatProof, parseProof, type TlogProof, verifyProof } from './proof.js'
export {
  readEntries,
  readTile,
  TILE_WIDTH,
  type TileId,
  tilePath,
  tileRoot,
  tilesOf,
  writeEntries,
} from './tiles.js'
export {
  CompactRange,
  consistencyProof,
  inclusionProof,
  type NodeId,
  type ReadNodes,
  rootOf,
} from './tree.js'
