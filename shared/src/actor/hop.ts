import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Caller } from './actor.js'
import type { Subgraph } from './seal.js'

/** Headers of a call from the gateway to a subgraph. Clients can send them too: only the signature counts. */
export const hopHeaders = {
  caller: 'x-autora-caller',
  seal: 'x-autora-seal',
  signature: 'x-autora-hop',
} as const

/** How far the clocks of gateway and subgraph may differ, and how long a signature is good for, in seconds. */
export const HOP_TTL_SECONDS = 15

/**
 * The key of one hop, derived from the gateway's secret (RFC 5869): a subgraph holds its own key only, so that a
 * call captured at one subgraph is worth nothing at another.
 */
export const hopKey = (gatewaySecret: Buffer, audience: Subgraph): Buffer =>
  Buffer.from(hkdfSync('sha256', gatewaySecret, 'autora-hop-v1', audience, 32))

const digest = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

/** Everything one signature binds: audience, time, nonce, path, caller, seal and the exact bytes of the body. */
interface HopParts {
  readonly audience: Subgraph
  readonly path: string
  readonly caller: string
  readonly seal: string
  readonly body: string | Buffer
}

const macOf = (key: Buffer, parts: HopParts, time: string, nonce: string) =>
  createHmac('sha256', key)
    .update(
      `h1\n${parts.audience}\n${parts.path}\n${time}\n${nonce}\n${digest(parts.caller)}\n${digest(parts.seal)}\n${digest(parts.body)}`,
    )
    .digest('hex')

/** Writes a caller for the hop header. */
export const encodeCaller = (caller: Caller): string =>
  Buffer.from(JSON.stringify(caller)).toString('base64url')

/** The value of `x-autora-hop` for one call. `nonce` must never repeat within `HOP_TTL_SECONDS`. */
export function signHop(key: Buffer, parts: HopParts, nowSeconds: number, nonce: string): string {
  const time = String(Math.floor(nowSeconds))
  return `h1.${time}.${nonce}.${macOf(key, parts, time, nonce)}`
}

/** Why a hop was refused; for the log, never for the caller. */
export type HopRefusal = 'MISSING' | 'MALFORMED' | 'EXPIRED' | 'FORGED' | 'REPLAYED'

/** Remembers nonces for as long as a signature lives, so that no call is accepted twice. Bounded by rate × 30 s. */
export class NonceMemory {
  private current = new Set<string>()
  private previous = new Set<string>()
  private turnedAt = 0

  /** True when the nonce is new; it is remembered for at least `2 × HOP_TTL_SECONDS`. */
  accept(nonce: string, nowSeconds: number): boolean {
    if (nowSeconds - this.turnedAt >= 2 * HOP_TTL_SECONDS) {
      this.previous = nowSeconds - this.turnedAt >= 4 * HOP_TTL_SECONDS ? new Set() : this.current
      this.current = new Set()
      this.turnedAt = nowSeconds
    }
    if (this.current.has(nonce) || this.previous.has(nonce)) return false
    this.current.add(nonce)
    return true
  }
}

/** Checks one hop. @returns the caller, or why it was refused. */
export function verifyHop(
  key: Buffer,
  parts: HopParts,
  signature: string | undefined,
  nowSeconds: number,
  seen: NonceMemory,
): { readonly caller: Caller } | { readonly refusal: HopRefusal } {
  if (!signature || !parts.caller || !parts.seal) return { refusal: 'MISSING' }
  const [version, time, nonce, mac, ...rest] = signature.split('.')
  if (version !== 'h1' || !time || !nonce || !mac || rest.length > 0 || !/^[0-9a-f]{64}$/.test(mac))
    return { refusal: 'MALFORMED' }
  const expected = macOf(key, parts, time, nonce)
  if (!timingSafeEqual(Buffer.from(mac, 'hex'), Buffer.from(expected, 'hex'))) return { refusal: 'FORGED' }
  if (!(Math.abs(nowSeconds - Number(time)) <= HOP_TTL_SECONDS)) return { refusal: 'EXPIRED' }
  if (!seen.accept(nonce, nowSeconds)) return { refusal: 'REPLAYED' }
  return { caller: JSON.parse(Buffer.from(parts.caller, 'base64url').toString('utf8')) as Caller }
}
