import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EmbeddedPostgresError } from './errors.js'

/** A person or service of this machine, as /etc/passwd knows it. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * The account PostgreSQL runs as: undefined means "as we are". Root gets `postgres`, or else `nobody`:
 * PostgreSQL refuses uid 0, and adding an account would change the host.
 *
 * @throws {EmbeddedPostgresError} PG_START_FAILED - we are root and the machine has neither account.
 */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined

  const accounts = await readAccounts()
  const account = ['postgres', 'nobody'].flatMap((name) => accounts.filter((each) => each.name === name))[0]
  if (account) return account
  throw new EmbeddedPostgresError(
    'PG_START_FAILED',
    'PostgreSQL refuses to run as root, and this machine has no account named postgres or nobody.',
    'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

/** The account with this uid, or undefined: PostgreSQL does not start under a uid that has no name. */
export async function accountOf(uid: number): Promise<Account | undefined> {
  return (await readAccounts()).find((account) => account.uid === uid && uid !== 0)
}

/**
 * The outermost folder that keeps `account` from reaching `path` (an existing real path, itself
 * included), or undefined if the way is free. Goes by owner and mode, as the kernel does for an account
 * in no further groups, which is how a child of ours runs.
 */
export async function closedFolder(path: string, account: Account | undefined): Promise<string | undefined> {
  if (!account) return undefined

  const parent = dirname(path)
  const outer = parent === path ? undefined : await closedFolder(parent, account)
  return outer ?? (mayEnter(await stat(path), account) ? undefined : path)
}

function mayEnter({ uid, gid, mode }: Stats, account: Account): boolean {
  if (uid === account.uid) return (mode & 0o100) !== 0
  if (gid === account.gid) return (mode & 0o010) !== 0
  return (mode & 0o001) !== 0
}

async function readAccounts(): Promise<readonly Account[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n')
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}
