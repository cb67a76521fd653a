import type { Reader } from '../log-nodes/index.js'
import type { ExportCut, ExportedLeaf } from './entity.js'
import { cutOf, leavesBetween } from './repository.js'

const everything = { format: 'ndjson', from: null, to: null, actions: [] } as const

/** The newest checkpoint and a tenant's tree under it; null before the first. */
export const newestCut = (db: Reader, tenantId: string): Promise<ExportCut | null> => cutOf(db, tenantId)

/** Leaves of a stretch of a tree, as far as the reader may see them, in order. */
export const leavesOf = (
  db: Reader,
  tenantId: string,
  stretch: { readonly begin: number; readonly end: number },
): Promise<ExportedLeaf[]> => leavesBetween(db, tenantId, everything, stretch)
