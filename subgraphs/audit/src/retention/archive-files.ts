import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finished, pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { parseEventLeaf } from '@autora/shared/evidence'
import { leafHash } from '@autora/shared/tlog'
import { ArchiveFault, type Manifest } from './entity.js'

/** Name of the list of what was sealed. */
export const MANIFEST = 'manifest.json'

/** An entry of a sealed file. */
export interface SealedEntry {
  readonly index: number
  readonly leaf: string
  readonly hash: Buffer
}

/** Writes leaves, one a line; memory stays the same however many there are. */
export async function writeLeaves(leaves: AsyncIterable<string>, path: string): Promise<void> {
  const gzip = createGzip()
  const written = pipeline(gzip, createWriteStream(path, { mode: 0o600, flush: true }))
  for await (const leaf of leaves)
    if (!gzip.write(`${JSON.stringify(leaf)}\n`)) await Promise.race([once(gzip, 'drain'), written])
  gzip.end()
  await written
}

/** SHA-256 of a file, hex. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = createReadStream(path)
  file.on('data', (bytes) => hash.update(bytes))
  await finished(file)
  return hash.digest('hex')
}

/** Reads what was sealed for a tenant, one by one. @throws {ArchiveFault} when a line is no leaf of this tenant. */
export async function* readLeaves(path: string, tenantId: string): AsyncGenerator<SealedEntry> {
  const file = createReadStream(path)
  const unpacked = createGunzip()
  const failed = pipeline(file, unpacked).catch((error: unknown) => error)
  try {
    for await (const line of createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY })) {
      const leaf = JSON.parse(line) as string
      const { envelope } = parseEventLeaf(leaf)
      if (envelope.tenantId !== tenantId) throw new ArchiveFault(`${path} holds an event of another group`)
      yield { index: envelope.index, leaf, hash: leafHash(Buffer.from(leaf)) }
    }
    const error = await failed
    if (error) throw error
  } catch (error) {
    if (error instanceof ArchiveFault) throw error
    throw new ArchiveFault(`${path} is damaged or was edited`, { cause: error })
  } finally {
    file.destroy()
  }
}

/** Reads a manifest. @throws {ArchiveFault} when there is none, or it is none. */
export function readManifest(folder: string): { readonly manifest: Manifest; readonly sha256: string } {
  const path = join(folder, MANIFEST)
  try {
    const bytes = readFileSync(path)
    const manifest = JSON.parse(bytes.toString()) as Manifest
    if (manifest.format !== 'autora-archive/1' || !Array.isArray(manifest.files))
      throw new Error('another format')
    return { manifest, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    throw new ArchiveFault(`${path} is no manifest of a sealed month`, { cause: error })
  }
}
