import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const maxBytes = 10_000_000

/** The file that a service writes its lines to. */
export interface ServiceLog {
  readonly path: string
  readonly fd: number
  /** The last line written since this log was opened that is no frame of a stack; empty when there is none. */
  lastWords(): string
  close(): void
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Opens `<folder>/<service>.log` for appending, for its owner only; over 10 MB it is put aside first as `.1`. */
export function openServiceLog(folder: string, service: string): ServiceLog {
  const path = join(folder, `${service}.log`)
  if (sizeOf(path) > maxBytes) renameSync(path, `${path}.1`)
  const fd = openSync(path, 'a+', 0o600)
  const begin = fstatSync(fd).size
  return {
    path,
    fd,
    lastWords() {
      const end = fstatSync(fd).size
      const length = Math.min(end - begin, 8192)
      const buffer = Buffer.alloc(length)
      readSync(fd, buffer, 0, length, end - length)
      const lines = buffer.toString('utf8').split('\n')
      return lines.findLast((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line))?.trim() ?? ''
    },
    close: () => closeSync(fd),
  }
}
