import { TlogError } from '../tlog/bytes.js'
import type { LogKey } from '../tlog/checkpoint.js'
import { parseVerifierKey, signatureKinds, type VerifierKey } from '../tlog/note.js'

/** Whom a verifier believes, decided before it sees any evidence. */
export interface EvidencePolicy {
  /** Keys of the log: of several with one name the later ones sign from a size on; another name is another epoch. */
  readonly log: readonly LogKey[]
  readonly witnesses: readonly VerifierKey[]
  /** How many of them must have seen a checkpoint. */
  readonly quorum: number
  /** The longest time between two witnessed checkpoints, and before the time of asking, in seconds. */
  readonly windowSeconds: number
  /** How long the log may say that it was switched off, between two witnessed checkpoints, in seconds. */
  readonly pauseSeconds: number
  readonly tenantId: string
  /** The tenant's place in the forest: fixed for ever, or a second, hidden trail could stand in another place. */
  readonly slot: number
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const numberIn = (text: string | undefined, least: number): number => {
  const value = Number(text)
  if (!/^(0|[1-9][0-9]*)$/.test(text ?? '') || !Number.isSafeInteger(value) || value < least)
    throw new TlogError(`the policy wants a number from ${least} on`)
  return value
}

const keyOf = (text: string | undefined, kind: VerifierKey['kind']): VerifierKey => {
  const key = parseVerifierKey(text ?? '')
  if (key.kind !== kind) throw new TlogError('the policy names a key of the wrong kind')
  return key
}

/** @throws {TlogError} when there is none, or one of a name does not begin after the one before. */
function logKeys(lines: readonly (readonly string[])[]): LogKey[] {
  const keys = lines.map(([key, from = '0']) => {
    return { key: keyOf(key, signatureKinds.ed25519), from: numberIn(from, 0) }
  })
  const isOrdered = keys.every(({ key, from }, at) =>
    keys.slice(0, at).every((before) => before.key.name !== key.name || before.from < from),
  )
  if (keys.length === 0 || !isOrdered)
    throw new TlogError('the policy wants the keys of the log in their order')
  return keys
}

/**
 * Reads a policy: one statement a line, `#` begins a comment.
 *
 * ```
 * log <key> [size]    a key that signs checkpoints, from this size on; once for each, in order
 * witness <key>       once for each
 * quorum <n>          1 to the number of witnesses
 * window <seconds>
 * pause <seconds>     longest time that the log may declare it was off; 0 without this line
 * tenant <uuid> <slot>
 * ```
 *
 * @throws {TlogError} for a statement that is unknown, missing, doubled or malformed.
 */
export function parsePolicy(text: string): EvidencePolicy {
  const statements = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/))
  const all = (word: string) => statements.filter(([first]) => first === word).map(([, ...rest]) => rest)
  const one = (word: string): readonly string[] => {
    const [found, ...more] = all(word)
    if (!found || more.length > 0) throw new TlogError(`the policy wants one line with ${word}`)
    return found
  }
  const known = ['log', 'witness', 'quorum', 'window', 'pause', 'tenant']
  const odd = statements.find(([word = '']) => !known.includes(word))
  if (odd) throw new TlogError('the policy holds an unknown statement')
  const witnesses = all('witness').map(([key]) => keyOf(key, signatureKinds.cosignature))
  const quorum = numberIn(one('quorum')[0], 1)
  if (
    quorum > witnesses.length ||
    new Set(witnesses.map(({ id, name }) => `${name}+${id}`)).size < witnesses.length
  )
    throw new TlogError('the policy names fewer witnesses than it wants')
  const [tenantId = '', slot] = one('tenant')
  if (!uuid.test(tenantId)) throw new TlogError('the policy names no tenant')
  return {
    log: logKeys(all('log')),
    witnesses,
    quorum,
    windowSeconds: numberIn(one('window')[0], 1),
    pauseSeconds: all('pause').length > 0 ? numberIn(one('pause')[0], 0) : 0,
    tenantId,
    slot: numberIn(slot, 0),
  }
}
