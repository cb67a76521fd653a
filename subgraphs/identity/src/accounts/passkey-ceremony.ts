import { randomBytes } from 'node:crypto'
import type { AuthenticatorTransport } from '@simplewebauthn/server'
import type { AccountContext } from './context.js'
import { sameMac } from './credential-keys.js'
import type { Passkey } from './entity.js'

/** How long a passkey may take, in seconds. */
const CHALLENGE_LIFE_SECONDS = 300

/** Whether browsers allow passkeys here: a name over TLS, or this machine by name; never a bare address (WebAuthn §5.1). */
export const hasPasskeys = ({ issuer }: Pick<AccountContext, 'issuer'>): boolean =>
  issuer.hostname === 'localhost' || (issuer.protocol === 'https:' && !/^[\d.]+$|^\[/.test(issuer.hostname))

/** A challenge that carries its own proof: random bytes, its end, and a MAC over both and what it is for. */
export function newChallenge({ keys, clock }: AccountContext, purpose: string): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(20, randomBytes(16))
  head.writeUInt32BE(Math.floor(clock.now().getTime() / 1000) + CHALLENGE_LIFE_SECONDS, 16)
  const mac = keys.mac('challenge', `${purpose}|${head.toString('hex')}`)
  return new Uint8Array(Buffer.concat([head, mac]))
}

/** When a challenge of ours ends; null for one that is over, or made for something else, or by somebody else. */
function endOfChallenge({ keys, clock }: AccountContext, purpose: string, challenge: string): Date | null {
  const bytes = Buffer.from(challenge, 'base64url')
  if (bytes.length !== 52) return null
  const head = bytes.subarray(0, 20)
  if (!sameMac(bytes.subarray(20), keys.mac('challenge', `${purpose}|${head.toString('hex')}`))) return null
  const end = new Date(head.readUInt32BE(16) * 1000)
  return end > clock.now() ? end : null
}

const transportsOf = (passkey: Passkey) => passkey.transports as AuthenticatorTransport[]
/** A passkey as browsers are told of it. */
export const named = (passkey: Passkey) => ({
  id: passkey.credentialId.toString('base64url'),
  transports: transportsOf(passkey),
})

/** A challenge of ours that an answer named, and when it ends. */
export interface SeenChallenge {
  readonly challenge: string
  readonly end: Date
}

/** Whether a challenge is ours, for this use, and not over; it is noted in `seen` then. */
export function isOurs(
  ctx: AccountContext,
  purpose: string,
  challenge: string,
  seen: SeenChallenge[],
): boolean {
  const end = endOfChallenge(ctx, purpose, challenge)
  if (end) seen.push({ challenge, end })
  return end !== null
}

/** Reads what a browser sent; null for what has not even the form. */
export function readJson<Value extends { id: string }>(text: string): Value | null {
  try {
    const value = JSON.parse(text) as Value | null
    return typeof value?.id === 'string' ? value : null
  } catch {
    return null
  }
}

/** Turns the many ways in which a library says no into one. */
export const orNull = <Value>(work: Promise<Value>, ctx: AccountContext): Promise<Value | null> =>
  work.catch((error: unknown) => {
    ctx.log.info('passkey.refused', { errorType: error instanceof Error ? error.name : typeof error })
    return null
  })
