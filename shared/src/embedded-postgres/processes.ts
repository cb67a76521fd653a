import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { errnoOf } from './errors.js'

/** A postmaster seen in the process table. */
export interface Postmaster {
  readonly pid: number
  /** Whether the process that started it through this module still lives and is its parent. */
  readonly isSupervised: boolean
}

/** Name of the setting that carries the pid of the process which starts a server, on its command line. */
export const supervisorSetting = 'autora.supervisor'

/** Whether a process has this pid now, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}

/**
 * The process `pid` if it is a PostgreSQL server on `dataDir` (a real path), else undefined: no such
 * process, one that has ended but was not reaped, or one that got the number of a server long gone.
 */
export async function postmasterOn(dataDir: string, pid: number): Promise<Postmaster | undefined> {
  const seen = process.platform === 'linux' ? await seenInProc(pid) : await seenByPs(pid)
  if (!seen) return undefined

  const { isPostgres, folder, supervisor, parent } = seen
  return isPostgres && folder.includes(dataDir) ? { pid, isSupervised: supervisor === parent } : undefined
}

interface Sight {
  readonly isPostgres: boolean
  /** What may name the data folder: its working folder, or its arguments. */
  readonly folder: readonly string[]
  readonly supervisor: string | undefined
  readonly parent: string | undefined
}

const supervisorIn = (commandLine: string): string | undefined =>
  new RegExp(`${supervisorSetting}=(\\d+)`).exec(commandLine)?.[1]

async function seenInProc(pid: number): Promise<Sight | undefined> {
  try {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    const args = commandLine.split('\0')
    return {
      isPostgres: basename(args[0] ?? '') === 'postgres',
      // A postmaster works inside its data folder, which stays true when the folder is moved.
      folder: [...args, await readlink(`/proc/${pid}/cwd`)],
      supervisor: supervisorIn(commandLine),
      parent: /^PPid:\s*(\d+)$/m.exec(status)?.[1],
    }
  } catch (error) {
    // Gone, or of a user whose processes we may not look at.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  }
}

async function seenByPs(pid: number): Promise<Sight | undefined> {
  if (!isAlive(pid)) return undefined // ps fails for a pid that is not there
  const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=,command=', '-p', String(pid)])
  const [, parent, program, rest] = /^\s*(\d+)\s+(.*\/postgres)\s+-D\s+(.*)$/.exec(stdout.trim()) ?? []
  return {
    isPostgres: program !== undefined,
    folder: [rest?.split(' -c ')[0] ?? ''],
    supervisor: supervisorIn(stdout),
    parent,
  }
}
