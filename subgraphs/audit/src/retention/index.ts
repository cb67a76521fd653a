export { ArchivedLeaves } from './archived-leaves.js'
export { ArchiveFault, type Manifest, type SealedFile, type SealedMonth } from './entity.js'
export { PrunedLeaves } from './pruned-service.js'
export { checkArchive, sealMonth } from './seal-service.js'
