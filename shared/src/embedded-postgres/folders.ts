import { chmod, mkdir, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf, writingTo } from './errors.js'

/** Where root keeps what an unprivileged account could not reach inside the checkout. */
export const systemFolder = '/var/lib/autora-os'

/**
 * Makes `path` and its missing parents, open to everyone for reading, and returns its real path.
 * Folders that were there before keep their mode.
 *
 * @throws {EmbeddedPostgresError} PG_DATA_NOT_WRITABLE - a folder cannot be made.
 */
export async function makeFolders(path: string): Promise<string> {
  return writingTo(path, async () => {
    const outermost = await mkdir(path, { recursive: true, mode: 0o755 })
    if (outermost !== undefined) await openNewFolders(path, outermost)
    return realpath(path)
  })
}

// The umask may have narrowed the mode given to mkdir.
async function openNewFolders(path: string, outermost: string): Promise<void> {
  await chmod(path, 0o755)
  if (path !== outermost && path.startsWith(outermost)) await openNewFolders(dirname(path), outermost)
}

/** Whether something is at `path`. A folder we may not look into is an error, not an absence. */
export async function exists(path: string): Promise<boolean> {
  return (await ownerOf(path)) !== undefined
}

/** The uid that owns what is at `path`, or undefined if nothing is there. */
export async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).uid
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
