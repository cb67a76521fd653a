import { ConfigError, type Environment } from '@autora/shared/config'
import { EmbeddedPostgresError } from '@autora/shared/embedded-postgres'
import { Complaint, UsageError } from './complaint.js'

/** What is said about an error, and the exit code: 2 when the command line was not understood, otherwise 1. */
export interface Explanation {
  readonly text: string
  readonly exitCode: 1 | 2
}

const refusals = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST']

/** A file that is missing, or a file system that refuses: which path, why, and what to do. */
function pathFault(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null
  const { code, path, syscall } = error as { code?: unknown; path?: unknown; syscall?: unknown }
  if (typeof code !== 'string' || typeof path !== 'string') return null
  if (code === 'ENOENT') return `${path} does not exist. Correct the setting that names it.`
  if (!refusals.includes(code)) return null
  const verb = syscall === 'open' && code === 'EACCES' ? 'opened' : 'written'
  return `${path} cannot be ${verb} (${code}). Correct its owner or free some space, or set AUTORA_HOME to a folder of yours.`
}

/**
 * Turns an error into what a person reads: one line that says what to do. With AUTORA_DEBUG=1 the stack follows.
 * An error that nobody foresaw is named as such.
 */
export function explain(error: unknown, environment: Environment): Explanation {
  const known = error instanceof Complaint || error instanceof EmbeddedPostgresError
  const stack = environment.AUTORA_DEBUG === '1' && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  const exitCode = error instanceof UsageError ? 2 : 1
  if (known) return { text: error.message + stack, exitCode }
  if (error instanceof ConfigError) {
    const [only = '', ...more] = error.faults
    return {
      text: (more.length > 0 ? error.message : `The settings are not usable: ${only}`) + stack,
      exitCode,
    }
  }
  const message = pathFault(error) ?? unforeseen(error)
  return { text: message + stack, exitCode }
}

const unforeseen = (error: unknown): string => {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return `This should not have happened: ${first}. Run it again with AUTORA_DEBUG=1 to see where.`
}
