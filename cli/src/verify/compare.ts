import { readFileSync } from 'node:fs'
import { openLogCheckpoint, readLogKeys, TlogError } from '@autora/shared/tlog'

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
 * Compares two checkpoints that one log signed. Two of one size with different roots prove that it showed two histories:
 * whoever has both and the public key can show it to anybody, and the log cannot deny it.
 *
 * @param paths - of the two notes.
 * @returns the exit code, see `compareCodes`.
 * @throws {TlogError} when one is not signed by a key of the policy.
 */
export function compareCheckpoints(
  paths: readonly [string, string],
  policyPath: string,
  out: (line: string) => void,
): number {
  const keys = keysIn(readFileSync(policyPath, 'utf8'))
  const [a, b] = paths.map((path) => openLogCheckpoint(readFileSync(path, 'utf8'), keys))
  if (!a || !b) throw new TlogError('two checkpoints are compared')
  if (a.origin !== b.origin) {
    out(`CANNOT TELL: they are of two logs, ${a.origin} and ${b.origin}.`)
    return compareCodes.CANNOT_TELL
  }
  if (a.size !== b.size) {
    out(
      `CANNOT TELL: sizes ${a.size} and ${b.size}. Ask the log for a proof of consistency, or for one of the same size.`,
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
