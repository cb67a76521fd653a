import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { KeptHead } from './kept-head.js'

/** The name of a log in an epoch: the first has the name of its key alone. */
export const originOf = (name: string, epoch: number): string => (epoch === 1 ? name : `${name}/${epoch}`)

/**
 * What a signer keeps outside every database: in which epoch it signs, and what it signed last in it. A database that
 * says it is in another epoch was restored, or is another one.
 */
export class KeptEpoch {
  /** @param folder - of the signer alone. */
  constructor(private readonly folder: string) {}

  /** The epoch in which the signer signs; 1 until a person began another. @throws {Error} when the file is damaged. */
  read(): number {
    try {
      const [, epoch = ''] = /^([1-9][0-9]{0,8})\n$/.exec(readFileSync(this.path, 'utf8')) ?? []
      if (epoch === '') throw new Error(`${this.path} is damaged`)
      return Number(epoch)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 1
      throw error
    }
  }

  /** Begins an epoch; on disk when this returns. */
  write(epoch: number): void {
    const draft = `${this.path}.new`
    const file = openSync(draft, 'w', 0o600)
    try {
      writeSync(file, `${epoch}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, this.path)
  }

  /** What was signed last in an epoch. */
  headOf(epoch: number): KeptHead {
    const first = new KeptHead(`${this.folder}/signed`)
    return epoch === 1 ? first : first.named(String(epoch))
  }

  private get path(): string {
    return `${this.folder}/epoch`
  }
}
