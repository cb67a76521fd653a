import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { decodeHash, type TreeHead } from '@autora/shared/tlog'

/** A tree head in a file of its owner: what somebody who must never go back remembers, outside every database. */
export class KeptHead {
  constructor(private readonly path: string) {}

  /** The head of another log of the same owner, kept beside this one. */
  named(name: string): KeptHead {
    return new KeptHead(`${this.path}-${name}`)
  }

  /** The head kept last; null before the first. @throws {Error} when the file is damaged: never begin anew instead. */
  read(): TreeHead | null {
    let text: string
    try {
      text = readFileSync(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    const [, size = '', root = ''] = /^(\d+) (\S+)\n$/.exec(text) ?? []
    if (size === '') throw new Error(`${this.path} is damaged`)
    return { size: Number(size), root: decodeHash(root) }
  }

  /** Keeps another one; on disk when this returns, whole or not at all. */
  write({ size, root }: TreeHead): void {
    const draft = `${this.path}.new`
    const file = openSync(draft, 'w', 0o600)
    try {
      writeSync(file, `${size} ${Buffer.from(root).toString('base64')}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, this.path)
  }
}
