import { parseTilePath, TILE_HEIGHT, TILE_WIDTH, type TileId } from '@autora/shared/tlog'
import type { Reader } from '../log-nodes/index.js'
import { newestCosigned, publishedNodes } from './repository.js'

/** Above this level there are more batches than a log will ever have. */
const MOST_LEVEL = 5

/** Something of the log that everybody may read. */
export interface PublicDocument {
  readonly kind: 'CHECKPOINT' | 'TILE'
  readonly body: Buffer
}

async function tile(db: Reader, { level, index, width }: TileId): Promise<PublicDocument | null> {
  // entries would say how many dealer groups there are and when they worked: hashes are all that is public
  if (level === 'entries' || level > MOST_LEVEL) return null
  const from = index * TILE_WIDTH
  if (!Number.isSafeInteger((from + width) * TILE_WIDTH ** level)) return null
  const range = { level: level * TILE_HEIGHT, from, count: width, leaves: TILE_WIDTH ** level }
  const hashes = await publishedNodes(db, range)
  return hashes.length === width ? { kind: 'TILE', body: Buffer.concat(hashes) } : null
}

/**
 * What is public of the log over all tenants, by its place (C2SP tlog-tiles): the newest checkpoint that a witness saw, and
 * tiles of hashes as far as checkpoints were published. Nothing of a tenant's tree, no entry, no event.
 *
 * @param place - below the address of the log, such as `checkpoint` or `tile/0/x001/234`.
 * @returns null where there is nothing.
 */
export async function publicDocument(db: Reader, place: string): Promise<PublicDocument | null> {
  if (place === 'checkpoint') {
    const note = await newestCosigned(db)
    return note === null ? null : { kind: 'CHECKPOINT', body: Buffer.from(note) }
  }
  const id = parseTilePath(place)
  return id && tile(db, id)
}
