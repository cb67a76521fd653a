import { constants } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isWriteRefused, writingTo } from './errors.js'
import { exists } from './folders.js'

/** The file the server writes its messages to, open for appending. */
export interface ServerLog {
  readonly path: string
  readonly fd: number
  /** The last lines written since it was last asked for, or since this log was opened; at most 20. */
  tail(): Promise<string>
  close(): Promise<void>
}

const maxBytes = 10_000_000
const tailLines = 20

/**
 * Opens `postgres.log` in the first of `folders` that lets us; readable by its owner alone, because a
 * failed statement is quoted in it. A log over 10 MB is put aside first as `postgres.log.1`.
 *
 * @throws {EmbeddedPostgresError} PG_DATA_NOT_WRITABLE - none of the folders lets us.
 */
export async function openLog([folder, ...others]: readonly [string, ...string[]]): Promise<ServerLog> {
  const path = join(folder, 'postgres.log')
  const [next, ...rest] = others
  try {
    return await openAt(path)
  } catch (error) {
    if (next !== undefined && isWriteRefused(error)) return openLog([next, ...rest])
    return writingTo(path, () => Promise.reject(error))
  }
}

async function openAt(path: string): Promise<ServerLog> {
  if ((await exists(path)) && (await sizeOf(path)) > maxBytes) await rename(path, `${path}.1`)
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants
  // Root must not follow a link that the owner of the folder put there.
  const file = await open(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_RDWR, 0o600)
  let { size: begin } = await file.stat()
  const tail = async (): Promise<string> => {
    const { size: end } = await file.stat()
    const lines = await linesBetween(file, begin, end)
    begin = end
    return lines.slice(-tailLines).join('\n')
  }
  return { path, fd: file.fd, tail, close: () => file.close() }
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, 'r')
  try {
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

async function linesBetween(file: FileHandle, begin: number, end: number): Promise<readonly string[]> {
  const length = Math.min(end - begin, 16_384)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, end - length)
  return buffer.toString('utf8', 0, bytesRead).trim().split('\n')
}
