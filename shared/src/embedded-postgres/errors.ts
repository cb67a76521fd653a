/** What can go wrong while the embedded server starts. A code never changes its meaning. */
export type EmbeddedPostgresErrorCode =
  | 'PG_ALREADY_RUNNING'
  | 'PG_BINARIES_MISSING'
  | 'PG_DATA_NOT_WRITABLE'
  | 'PG_DATA_VERSION'
  | 'PG_PLATFORM_UNSUPPORTED'
  | 'PG_PORT_BUSY'
  | 'PG_START_FAILED'

interface Background {
  readonly cause?: unknown
  /** Last lines the server or initdb wrote; added to the message below its first line. */
  readonly output?: string
}

/**
 * The embedded server cannot run. The first line of `message` is what happened followed by `remedy`, so
 * printing `message` alone is enough; output of PostgreSQL, where there is any, follows on further lines.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    what: string,
    /** What the person who starts the server can do about it; one line. */
    readonly remedy: string,
    { cause, output }: Background = {},
  ) {
    super(`${what} ${remedy}${output ? `\n${output}` : ''}`, cause === undefined ? undefined : { cause })
  }
}

/** The system's name of a failure (`ENOENT`, ...), or undefined if `error` is not a failed system call. */
export function errnoOf(error: unknown): string | undefined {
  // Not instanceof: under jest the errors of Node's own modules are of another realm's class.
  const isCoded = typeof error === 'object' && error !== null && 'code' in error
  return isCoded && typeof error.code === 'string' ? error.code : undefined
}

const refusals: readonly (string | undefined)[] = ['EACCES', 'EPERM', 'EROFS', 'EINVAL', 'ENOSPC', 'EDQUOT']

/** Whether `error` says that the file system refuses a change, rather than that we asked for nonsense. */
export const isWriteRefused = (error: unknown): boolean => refusals.includes(errnoOf(error))

/**
 * Runs `work`, which changes files under `folder`.
 *
 * @throws {EmbeddedPostgresError} PG_DATA_NOT_WRITABLE - the file system refuses the change.
 */
export async function writingTo<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!isWriteRefused(cause)) throw cause
    throw new EmbeddedPostgresError(
      'PG_DATA_NOT_WRITABLE',
      `${folder} cannot be written (${errnoOf(cause)}).`,
      'Free some space or correct its owner, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    )
  }
}
