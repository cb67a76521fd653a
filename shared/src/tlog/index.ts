export { decodeHash, HASH_BYTES, sha256, TlogError } from './bytes.js'
export {
  type Checkpoint,
  type LogKey,
  openLogCheckpoint,
  parseCheckpoint,
  readCheckpoint,
} from './checkpoint.js'
export { epochIn, followedKeys, openCheckpoint, readLogKeys } from './checkpoint-opening.js'
export { formatCheckpoint, signCheckpoint } from './checkpoint-writing.js'
export { CompactRange, type NodeId, wholeSubtrees } from './compact-range.js'
export { type Cosignature, readCosignatures } from './cosignature.js'
export { cosign, withSignatures } from './cosigning.js'
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
  type Note,
  type NoteSignature,
  openNote,
  parseNote,
  parseVerifierKey,
  type SignatureKind,
  signatureKinds,
  type VerifierKey,
  verifierKey,
} from './note.js'
export { formatNote, formatVerifierKey, type SignerKey, signerKey, signerNamed } from './note-writing.js'
export { parseProof, type TlogProof, verifyProof } from './proof.js'
export { formatProof } from './proof-writing.js'
export { type FetchTile, fromTiles } from './tile-reading.js'
export {
  parseTilePath,
  readEntries,
  readTile,
  TILE_HEIGHT,
  TILE_WIDTH,
  type TileId,
  tilePath,
  tileRoot,
  tilesOf,
  writeEntries,
} from './tiles.js'
export { consistencyProof, inclusionProof, type ReadNodes, rootOf } from './tree.js'
