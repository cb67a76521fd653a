import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MANIFEST, readLeaves, readManifest, type SealedEntry } from './archive-files.js'
import { ArchiveFault, type SealedFile } from './entity.js'

/** Leaves of one tenant from the sealed months in a folder, in ascending order: each file is read once. */
export class ArchivedLeaves {
  private constructor(private readonly streams: readonly LeafStream[]) {}

  /**
   * Opens the months in a folder.
   *
   * @param months - `YYYY-MM` of those that are needed.
   * @throws {ArchiveFault} naming those that are not there.
   */
  static open(folder: string, tenantId: string, months: readonly string[]): ArchivedLeaves {
    const there = existsSync(folder) ? readdirSync(folder) : []
    const streams = months.flatMap((month) => {
      if (!there.includes(month) || !existsSync(join(folder, month, MANIFEST))) return []
      const sealed = readManifest(join(folder, month)).manifest.files.find(
        ({ tenant }) => tenant === tenantId,
      )
      return sealed ? [new LeafStream(join(folder, month, sealed.file), sealed)] : []
    })
    if (streams.length < months.length)
      throw new ArchiveFault(
        `${folder} does not hold all of ${months.join(', ')}, which were pruned: copy their sealed folders there`,
      )
    return new ArchivedLeaves(streams)
  }

  /**
   * One leaf; null when no month holds it.
   *
   * @param index - larger than any that was asked for before.
   * @param hash - as the log holds it.
   * @throws {ArchiveFault} when the file holds another text for it than was hashed.
   */
  async leafAt(index: number, hash: Buffer): Promise<string | null> {
    for (const stream of this.streams) {
      const entry = await stream.at(index)
      if (!entry) continue
      if (!entry.hash.equals(hash))
        throw new ArchiveFault(`${stream.path}: entry ${index} is not what the log holds: it was edited`)
      return entry.leaf
    }
    return null
  }

  /** Closes the files. */
  async close(): Promise<void> {
    for (const stream of this.streams) await stream.close()
  }
}

/** A file that is read forward. */
class LeafStream {
  private readonly entries: AsyncGenerator<SealedEntry>
  private next: SealedEntry | null = null
  private isOver = false

  constructor(
    readonly path: string,
    private readonly sealed: SealedFile,
  ) {
    this.entries = readLeaves(path, sealed.tenant)
  }

  async at(index: number): Promise<SealedEntry | null> {
    if (index < this.sealed.firstIndex || index > this.sealed.lastIndex) return null
    while (!this.isOver && (this.next === null || this.next.index < index)) {
      const { value, done } = await this.entries.next()
      this.isOver = done === true
      this.next = done ? null : value
    }
    return this.next?.index === index ? this.next : null
  }

  async close(): Promise<void> {
    await this.entries.return(undefined)
  }
}
