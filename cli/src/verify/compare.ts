import { readFileSync } from 'node:fs'
import {
  type Checkpoint,
  fromTiles,
  openLogCheckpoint,
  readLogKeys,
  rootOf,
  TlogError,
} from '@autora/shared/tlog'
import type { PublicLog } from '../public-log/index.js'

/** The exit code of each answer. */
export const compareCodes = { SAME: 0, FORK: 10, CANNOT_TELL: 11 } as const

/** The keys of the log that a policy names, whatever else it says. */
const keysIn = (policy: string) =>
  readLogKeys(
    policy
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([word]) => word === 'log')
      .map(([, key = '', from = '0']) => ({ key, from: Number(from) })),
  )

/**
 * Two checkpoints of different sizes, held against the hashes that a log publishes. These hashes are believed only as far as
 * they make the root of the larger one, which is signed: then the root of their first part is what the smaller one had to
 * say.
 */
async function compareByTiles(
  smaller: Checkpoint,
  larger: Checkpoint,
  { fetchTile }: PublicLog,
  out: (line: string) => void,
): Promise<number> {
  const root = (size: number) => fromTiles(larger.size, fetchTile, (read) => rootOf(size, read))
  if (!(await root(larger.size)).equals(larger.root)) {
    out(`CANNOT TELL: the published hashes do not make the root of size ${larger.size}. Keep both files.`)
    return compareCodes.CANNOT_TELL
  }
  const first = await root(smaller.size)
  if (first.equals(smaller.root)) {
    out(`SAME: the first ${smaller.size} of ${larger.size} batches of ${larger.origin} are the same.`)
    return compareCodes.SAME
  }
  out(
    `FORK: the history of size ${larger.size} that ${larger.origin} signed does not begin with the one of size ${smaller.size} that it signed. Keep both files, and the hashes: together they prove it.`,
  )
  return compareCodes.FORK
}

/**
 * Compares two checkpoints that one log signed. Two of one size with different roots prove that it showed two histories:
 * whoever has both and the public key can show it to anybody, and the log cannot deny it.
 *
 * @param paths - of the two notes.
 * @param source - where the log publishes its hashes; without it checkpoints of two sizes cannot be compared.
 * @returns the exit code, see `compareCodes`.
 * @throws {TlogError} when one is not signed by a key of the policy.
 */
export async function compareCheckpoints(
  paths: readonly [string, string],
  policyPath: string,
  out: (line: string) => void,
  source: PublicLog | null = null,
): Promise<number> {
  const keys = keysIn(readFileSync(policyPath, 'utf8'))
  const [a, b] = paths.map((path) => openLogCheckpoint(readFileSync(path, 'utf8'), keys))
  if (!a || !b) throw new TlogError('two checkpoints are compared')
  if (a.origin !== b.origin) {
    out(`CANNOT TELL: they are of two logs, ${a.origin} and ${b.origin}.`)
    return compareCodes.CANNOT_TELL
  }
  if (a.size !== b.size) {
    const [smaller, larger] = a.size < b.size ? [a, b] : [b, a]
    if (source) return compareByTiles(smaller, larger, source, out)
    out(
      `CANNOT TELL: sizes ${a.size} and ${b.size}. Name the address at which the log is published, --log <address>.`,
    )
    return compareCodes.CANNOT_TELL
  }
  if (a.root.equals(b.root)) {
    out(`SAME: both are of the first ${a.size} batches of ${a.origin}.`)
    return compareCodes.SAME
  }
  out(`FORK: ${a.origin} signed two histories of size ${a.size}. Keep both files: together they prove it.`)
  return compareCodes.FORK
}
