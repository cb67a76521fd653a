import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Account } from './account.js'
import { EmbeddedPostgresError, errnoOf } from './errors.js'

interface Circumstances extends Pick<SpawnOptions, 'detached' | 'stdio' | 'timeout'> {
  /** Undefined: as we are. */
  readonly account: Account | undefined
  /** A folder the account can enter; ours may be closed to it. */
  readonly cwd: string
}

/**
 * Starts one of PostgreSQL's programs and returns once the system has started it. Nothing of our own
 * environment is handed on: no secrets, and no PGDATA or locale that would change what the program does.
 *
 * @throws {EmbeddedPostgresError} PG_PLATFORM_UNSUPPORTED - the program is there but does not fit the system.
 * @throws {EmbeddedPostgresError} PG_START_FAILED - the system refuses to start it.
 */
export async function startProgram(
  program: string,
  args: readonly string[],
  { account, ...options }: Circumstances,
): Promise<ChildProcess> {
  const runAs = account ? { uid: account.uid, gid: account.gid } : {}
  const child = spawn(program, args, { ...options, ...runAs, env: { LC_ALL: 'C', TZ: 'UTC' } })
  try {
    await once(child, 'spawn')
    return child
  } catch (cause) {
    const errno = errnoOf(cause)
    // The file was found before; ENOENT now means its loader is absent, as on Alpine, which has no glibc.
    throw new EmbeddedPostgresError(
      errno === 'ENOENT' || errno === 'ENOEXEC' ? 'PG_PLATFORM_UNSUPPORTED' : 'PG_START_FAILED',
      `${program} cannot be run here (${errno}).`,
      'Set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    )
  }
}
