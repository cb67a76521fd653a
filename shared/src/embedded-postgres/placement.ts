import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Account, accountOf, closedFolder, serverAccount } from './account.js'
import { EmbeddedPostgresError } from './errors.js'
import { exists, makeFolders, ownerOf, systemFolder } from './folders.js'

/** Where the cluster of an installation is, or will be, and who runs it. */
export interface Placement {
  /** Real path of the installation's folder. */
  readonly home: string
  readonly dataDir: string
  /** Existing folder around `dataDir` that `account` can enter. */
  readonly parent: string
  /** Undefined: as we are. */
  readonly account: Account | undefined
}

interface Wish {
  readonly home: string
  readonly ephemeral: boolean
  readonly onProgress: (line: string) => void
}

/**
 * Finds the place of the cluster: `<home>/pg`, or, when we are root and the server's account cannot enter
 * `home`, `/var/lib/autora-os/<hash of home>/pg`. The same home leads to the same place every time, and a
 * cluster that exists is found and run by its owner even when modes or accounts changed since.
 * A throw-away cluster has a name of its own (`pg-ephemeral`), so that it can never replace a lasting one.
 *
 * @throws {EmbeddedPostgresError} PG_DATA_NOT_WRITABLE - the place cannot be made, or its owner not be used.
 */
export async function placeCluster({ home: wanted, ephemeral, onProgress }: Wish): Promise<Placement> {
  const home = await makeFolders(wanted)
  const name = ephemeral ? 'pg-ephemeral' : 'pg'
  const account = await serverAccount()

  const atHome = { home, parent: home, dataDir: join(home, name) }
  if (await isTaken(atHome.dataDir, account)) {
    return reachable({ ...atHome, account: await ownerAs(atHome.dataDir, account) })
  }
  if (!account) return { ...atHome, account }

  const parent = join(systemFolder, createHash('sha256').update(home).digest('hex').slice(0, 16))
  const elsewhere = { home, parent, dataDir: join(parent, name) }
  const closed = await closedFolder(home, account)
  const isElsewhere = await holdsCluster(elsewhere.dataDir)
  if (!closed && !isElsewhere) return { ...atHome, account }

  const why = closed ? `: ${account.name} cannot enter ${closed}` : ''
  onProgress(`The database is kept in ${elsewhere.dataDir}${why}.`)
  await makeFolders(parent)
  const owner = isElsewhere ? await ownerAs(elsewhere.dataDir, account) : account
  return reachable({ ...elsewhere, account: owner })
}

/** Whether `dataDir` holds a cluster, of whatever version. */
export const holdsCluster = (dataDir: string): Promise<boolean> => exists(join(dataDir, 'PG_VERSION'))

/** An ordinary user cannot look into a cluster of somebody else, so the folder itself has to do. */
const isTaken = (dataDir: string, account: Account | undefined): Promise<boolean> =>
  account ? holdsCluster(dataDir) : exists(dataDir)

/** The account that owns an existing cluster: PostgreSQL opens a data folder for its owner only. */
async function ownerAs(dataDir: string, account: Account | undefined): Promise<Account | undefined> {
  const uid = await ownerOf(dataDir)
  const self = process.getuid?.()
  if (uid === undefined || (self !== 0 && uid === self) || uid === account?.uid) return account

  const owner = await accountOf(uid)
  if (self === 0 && owner) return owner
  throw new EmbeddedPostgresError(
    'PG_DATA_NOT_WRITABLE',
    `The database in ${dataDir} belongs to ${owner?.name ?? `uid ${uid}`}.`,
    account
      ? `Give it to ${account.name}: chown -R ${account.name} ${dataDir}`
      : 'Start as root or as that user, or take the folder over with chown -R.',
  )
}

async function reachable(placement: Placement): Promise<Placement> {
  const closed = await closedFolder(placement.parent, placement.account)
  if (closed === undefined) return placement
  throw new EmbeddedPostgresError(
    'PG_DATA_NOT_WRITABLE',
    `The database in ${placement.dataDir} belongs to ${placement.account?.name}, who cannot enter ${closed}.`,
    'Move the checkout to a folder that others can enter.',
  )
}
