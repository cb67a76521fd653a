import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@autora/shared/tlog'
import type { MonitorState } from './entity.js'

/** A folder in which every checkpoint that was published stays for ever, one file each, never written twice. */
export class CheckpointFolder {
  /** @throws {Error} when the folder cannot be made. */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
  }

  /**
   * Keeps a checkpoint. @returns false when there is another one of this log and size already, which says something else.
   */
  keep(origin: string, size: number, note: string): boolean {
    const path = join(this.folder, `${sha256(Buffer.from(origin)).toString('hex').slice(0, 8)}-${size}`)
    try {
      const file = openSync(path, 'wx', 0o444)
      try {
        writeSync(file, note)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return textOf(readFileSync(path, 'utf8')) === textOf(note)
    }
  }
}

/** What a checkpoint says, without who signed it: signatures may be added. */
const textOf = (note: string): string => note.split('\n\n')[0] ?? ''

/** What a monitor remembers, in a file of its own. */
export class MonitorMemory {
  private readonly path: string

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.path = join(folder, 'monitor.json')
  }

  /** @throws {Error} when the file is damaged: to begin anew would be to forget. */
  read(): MonitorState {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as MonitorState
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { checkpoint: null, fullAt: null }
      throw new Error(`${this.path} is damaged`, { cause: error })
    }
  }

  /** On disk when this returns, whole or not at all. */
  write(state: MonitorState): void {
    const draft = `${this.path}.new`
    const file = openSync(draft, 'w', 0o600)
    try {
      writeSync(file, JSON.stringify(state))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, this.path)
  }
}
