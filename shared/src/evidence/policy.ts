import { TlogError } from '../tlog/bytes.js'
import { parseVerifierKey, signatureKinds, type VerifierKey } from '../tlog/note.js'

/** Whom a verifier believes, decided before it sees any evidence. */
export interface EvidencePolicy {
  readonly log: VerifierKey
  readonly witnesses: readonly VerifierKey[]
  /** How many of them must have seen a checkpoint. */
  readonly quorum: number
  /** The longest time between two witnessed checkpoints, and before the time of asking, in seconds. */
  readonly windowSeconds: number
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

/**
 * Reads a policy: one statement a line, `#` begins a comment.
 *
 * ```
 * log <key>           the key that signs checkpoints
 * witness <key>       once for each
 * quorum <n>          1 to the number of witnesses
 * window <seconds>
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
  const known = ['log', 'witness', 'quorum', 'window', 'tenant']
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
    log: keyOf(one('log')[0], signatureKinds.ed25519),
    witnesses,
    quorum,
    windowSeconds: numberIn(one('window')[0], 1),
    tenantId,
    slot: numberIn(slot, 0),
  }
}
