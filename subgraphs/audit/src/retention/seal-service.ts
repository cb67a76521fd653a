import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { leafHash } from '@autora/shared/tlog'
import type { Reader } from '../log-nodes/index.js'
import {
  fileSha256,
  MANIFEST,
  readLeaves,
  readManifest,
  type SealedEntry,
  writeLeaves,
} from './archive-files.js'
import {
  ArchiveFault,
  type Manifest,
  type MonthTenant,
  type SealedFile,
  type SealedMonth,
  type TrailMonth,
} from './entity.js'
import { leafHashes, monthLeaves, monthTenants, newestCheckpoint, trailMonth } from './repository.js'

const LEAVES_AT_ONCE = 2_000

/** Leaves of a month as they are stored, each hashed again: what was edited is not sealed. */
async function* checkedLeaves(db: Reader, one: MonthTenant, month: TrailMonth): AsyncGenerator<string> {
  for (let first = one.firstIndex; first <= one.lastIndex; first += LEAVES_AT_ONCE)
    for (const { leaf, hash, index } of await monthLeaves(db, one.tenantId, month, {
      first,
      end: first + LEAVES_AT_ONCE,
    })) {
      if (!leafHash(Buffer.from(leaf)).equals(hash))
        throw new ArchiveFault(`event ${index} of ${one.tenantId} is not what the log holds: it was edited`)
      yield leaf
    }
}

/** Whether a month can be sealed: over, every event in the log, all of it under a published checkpoint. */
async function sealable(db: Reader, name: string) {
  const month = await trailMonth(db, name)
  if (!month)
    throw new ArchiveFault(
      `no part of the trail ends with ${name}: it was pruned, never was, or lies in the part before the first month`,
    )
  if (!month.isOver) throw new ArchiveFault(`${name} is not over yet`)
  const tenants = await monthTenants(db, month)
  if (tenants.length === 0) throw new ArchiveFault(`nothing happened in ${name}`)
  const checkpoint = await newestCheckpoint(db)
  const isOpen = (one: MonthTenant) => one.leaves < one.events || one.lastBatch >= (checkpoint?.size ?? 0)
  if (!checkpoint || tenants.some(isOpen))
    throw new ArchiveFault(
      `events of ${name} are not under a published checkpoint yet. Is the sequencer running? Try again in a moment`,
    )
  return { month, tenants, checkpoint }
}

/**
 * Seals a month of all tenants: one file for each, a manifest, and everything read back and compared with the log.
 *
 * @param db - sees every event and every leaf.
 * @param name - `YYYY-MM`, in UTC; the oldest part of a trail that was not in months yet goes by its last.
 * @param folder - gets a folder of this name.
 * @throws {ArchiveFault} when it cannot be sealed, or what is stored is not what the log holds.
 */
export async function sealMonth(db: Reader, name: string, folder: string): Promise<SealedMonth> {
  const { month, tenants, checkpoint } = await sealable(db, name)
  const own = join(folder, name)
  mkdirSync(own, { recursive: true, mode: 0o700 })
  const files: SealedFile[] = []
  for (const one of tenants) {
    const file = `${one.tenantId}.ndjson.gz`
    await writeLeaves(checkedLeaves(db, one, month), join(own, file))
    const read = await comparedFile(db, join(own, file), one.tenantId)
    if (read.entries !== one.events) throw new ArchiveFault(`${join(own, file)} holds too few events`)
    files.push({ tenant: one.tenantId, file, sha256: await fileSha256(join(own, file)), ...read })
  }
  const manifest: Manifest = {
    format: 'autora-archive/1',
    month: name,
    from: month.from,
    until: month.until,
    checkpoint: checkpoint.note,
    checkpointSize: checkpoint.size,
    files,
  }
  writeFileSync(join(own, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true })
  return checkArchive(db, name, folder)
}

/** Reads a file and compares every leaf of it with the log. */
async function comparedFile(db: Reader, path: string, tenantId: string) {
  const digest = createHash('sha256')
  const seen = { entries: 0, firstIndex: -1, lastIndex: -1 }
  let waiting: SealedEntry[] = []
  const compare = async () => {
    const known = await leafHashes(
      db,
      tenantId,
      waiting.map(({ index }) => index),
    )
    for (const { index, hash } of waiting) {
      if (!known.get(index)?.equals(hash) || index <= seen.lastIndex)
        throw new ArchiveFault(`${path}: entry ${index} is not what the log holds`)
      if (seen.entries === 0) seen.firstIndex = index
      seen.lastIndex = index
      seen.entries += 1
      digest.update(hash)
    }
    waiting = []
  }
  for await (const entry of readLeaves(path, tenantId))
    if (waiting.push(entry) === LEAVES_AT_ONCE) await compare()
  await compare()
  return { ...seen, digest: digest.digest('hex') }
}

/**
 * Reads a sealed month again, from the first byte to the last, and compares it with its manifest and with the log.
 * @throws {ArchiveFault} naming the file that is not what was sealed.
 */
export async function checkArchive(db: Reader, name: string, folder: string): Promise<SealedMonth> {
  const own = join(folder, name)
  const { manifest, sha256 } = readManifest(own)
  if (manifest.month !== name) throw new ArchiveFault(`${own} holds ${manifest.month}`)
  for (const sealed of manifest.files) {
    const path = join(own, sealed.file)
    if ((await fileSha256(path)) !== sealed.sha256)
      throw new ArchiveFault(`${path} is not the file that was sealed`)
    const read = await comparedFile(db, path, sealed.tenant)
    if (read.digest !== sealed.digest || read.entries !== sealed.entries)
      throw new ArchiveFault(`${path} does not hold what its manifest says`)
  }
  return { manifest, manifestSha256: sha256 }
}
