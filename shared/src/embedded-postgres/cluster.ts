import { once } from 'node:events'
import { chown, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Binaries } from './binaries.js'
import { EmbeddedPostgresError, errnoOf, writingTo } from './errors.js'
import { makeFolders } from './folders.js'
import { holdsCluster, type Placement } from './placement.js'
import { isAlive } from './processes.js'
import { startProgram } from './program.js'

interface Wish {
  readonly superuserPassword: string
  readonly ephemeral: boolean
  readonly onProgress: (line: string) => void
}

/** A slow disk takes some seconds; two minutes is a hang. */
const initdbTimeoutMs = 120_000

/**
 * Checks that an existing cluster can be opened by `binaries`; an absent one is fine.
 *
 * @throws {EmbeddedPostgresError} PG_DATA_VERSION - another major version made it.
 */
export async function checkVersion(dataDir: string, { major }: Binaries): Promise<void> {
  if (!(await holdsCluster(dataDir))) return

  const found = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()
  if (found === major) return
  throw new EmbeddedPostgresError(
    'PG_DATA_VERSION',
    `The database in ${dataDir} was made by PostgreSQL ${found}; this is PostgreSQL ${major}.`,
    'Move that folder away to begin with an empty database, or go back to the version that made it.',
  )
}

/**
 * Makes the cluster unless it is there: UTF-8, builtin C.UTF-8 collation (the same order on every machine),
 * SCRAM logins, data checksums. An interruption at any moment leaves either no cluster or a whole one.
 *
 * @throws {EmbeddedPostgresError} PG_DATA_NOT_WRITABLE, PG_START_FAILED, PG_PLATFORM_UNSUPPORTED
 */
export async function ensureCluster(place: Placement, binaries: Binaries, wish: Wish): Promise<void> {
  await makeFolders(place.parent) // it goes with a throw-away cluster that was kept outside its home
  await writingTo(place.parent, async () => {
    await removeAbandoned(place)
    if (await holdsCluster(place.dataDir)) return

    wish.onProgress(`Making an empty database in ${place.dataDir}.`)
    const staging = await mkdtemp(`${stagingPrefix(place)}${process.pid}-`)
    try {
      await initialise(staging, place, binaries, wish)
      await moveInPlace(join(staging, 'data'), place.dataDir)
    } finally {
      await rm(staging, { recursive: true, force: true })
    }
  })
}

const stagingPrefix = (place: Placement): string => `${place.dataDir}.init-`

/** Removes what earlier starts left behind when they were killed; a start that is under way is spared. */
async function removeAbandoned(place: Placement): Promise<void> {
  const prefix = basename(stagingPrefix(place))
  for (const name of await readdir(place.parent)) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue
    await rm(join(place.parent, name), { recursive: true, force: true })
  }
}

async function initialise(staging: string, place: Placement, binaries: Binaries, wish: Wish): Promise<void> {
  const passwordFile = join(staging, 'password')
  await writeFile(passwordFile, wish.superuserPassword, { mode: 0o600, flag: 'wx' })
  if (place.account) {
    // The file before its folder: once the folder is given away, its owner could swap the file for a link.
    for (const path of [passwordFile, staging]) await chown(path, place.account.uid, place.account.gid)
  }
  await runInitdb(binaries.initdb, initdbArguments(staging, passwordFile, wish), place, staging)
}

const initdbArguments = (staging: string, passwordFile: string, { ephemeral }: Wish): readonly string[] => [
  `--pgdata=${join(staging, 'data')}`,
  `--pwfile=${passwordFile}`,
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--no-instructions',
  ...(ephemeral ? ['--no-sync'] : []),
]

async function runInitdb(
  program: string,
  args: readonly string[],
  place: Placement,
  cwd: string,
): Promise<void> {
  const child = await startProgram(program, args, {
    account: place.account,
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: initdbTimeoutMs,
  })
  const [errors] = await Promise.all([child.stderr ? text(child.stderr) : '', once(child, 'close')])
  if (child.exitCode === 0) return
  throw new EmbeddedPostgresError(
    'PG_START_FAILED',
    `The database in ${place.dataDir} could not be made (initdb: ${child.signalCode ?? child.exitCode}).`,
    'Read the lines below, or set DATABASE_URL to a PostgreSQL of your own.',
    { output: errors.trim() },
  )
}

async function moveInPlace(made: string, dataDir: string): Promise<void> {
  try {
    await rename(made, dataDir)
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOTEMPTY' && errnoOf(cause) !== 'EEXIST') throw cause
    throw new EmbeddedPostgresError(
      'PG_ALREADY_RUNNING',
      `Something else has just filled ${dataDir}, probably another start.`,
      'Stop the other start; if there is none, move that folder away.',
      { cause },
    )
  }
}

/** Removes a cluster that nothing runs on, and the folder made for it alone outside its home. */
export async function removeCluster({ dataDir, parent, home }: Placement): Promise<void> {
  await writingTo(dataDir, async () => {
    await rm(dataDir, { recursive: true, force: true })
    if (parent !== home && (await readdir(parent)).length === 0) await rmdir(parent)
  })
}
