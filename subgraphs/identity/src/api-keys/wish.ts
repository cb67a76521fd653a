import { isIP } from 'node:net'
import { type PartnerScope, partnerScopes } from '@autora/shared/access'
import { invalid } from '@autora/shared/errors'

/** What a key may send without anybody's approval. */
export const defaultRate = { perSecond: 2, perDay: 5_000 } as const

/** What a key may send at most, whoever approves. */
const mostRate = { perSecond: 1_000, perDay: 10_000_000 } as const

/** Addresses and networks in one list. */
const MOST_NETWORKS = 50

/** The key somebody wants, as he wrote it. Ids are uuids; null stands for a malformed one. */
export interface CreateApiKeyInput {
  readonly appId: string | null
  readonly label: string
  readonly scopes: readonly string[]
  readonly storeIds: readonly (string | null)[]
  readonly purpose?: string | null
  readonly expiresInDays?: number | null
  readonly notBefore?: Date | null
  readonly ipAllow?: readonly string[] | null
  readonly ipDeny?: readonly string[] | null
  readonly ratePerSecond?: number | null
  readonly ratePerDay?: number | null
  readonly senderConstraint?: { readonly jkt: string } | null
  readonly reason?: string | null
}

/** The same, checked; application and stores are not yet. */
export interface KeyWish {
  readonly label: string
  readonly scopes: readonly PartnerScope[]
  readonly purpose: string
  readonly expiresInDays: number
  readonly notBefore: Date | null
  readonly ipAllow: readonly string[]
  readonly ipDeny: readonly string[]
  readonly ratePerSecond: number
  readonly ratePerDay: number
  readonly proofThumbprint: string | null
}

/** Scopes that open personal data of customers: a second person has to agree, and a rotation adds no time. */
export const opensPersonalData = (scopes: readonly string[]): boolean =>
  scopes.some((scope) => scope.startsWith('pii:'))

/** Whether a key is more than one person may decide about. */
export const isWeighty = ({ scopes, ratePerSecond, ratePerDay }: KeyWish): boolean =>
  opensPersonalData(scopes) || ratePerSecond > defaultRate.perSecond || ratePerDay > defaultRate.perDay

/**
 * Checks everything of a wish that needs no database.
 *
 * @throws {DomainError} INVALID, SCOPE_NOT_ALLOWED, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 */
export function readWish(input: CreateApiKeyInput, now: Date): KeyWish {
  const expiresInDays = demandExpiry(input.expiresInDays ?? 180)
  return {
    label: demandLabel(input.label),
    scopes: demandScopes(input.scopes),
    purpose: demandPurpose(input.purpose ?? 'SALES_ENQUIRY'),
    expiresInDays,
    notBefore: demandStart(input.notBefore ?? null, expiresInDays, now),
    ipAllow: demandNetworks('ipAllow', input.ipAllow ?? []),
    ipDeny: demandNetworks('ipDeny', input.ipDeny ?? []),
    ratePerSecond: demandRate(
      'ratePerSecond',
      input.ratePerSecond ?? defaultRate.perSecond,
      mostRate.perSecond,
    ),
    ratePerDay: demandRate('ratePerDay', input.ratePerDay ?? defaultRate.perDay, mostRate.perDay),
    proofThumbprint: demandThumbprint(input.senderConstraint?.jkt ?? null),
  }
}

const refuse = (field: string, message: string) => invalid('INVALID', { field: [field], message })

function demandLabel(text: string): string {
  const label = text.trim()
  if (/^[^\p{Cc}]{1,80}$/u.test(label)) return label
  throw refuse('label', 'label must have 1 to 80 characters in one line.')
}

function demandScopes(wanted: readonly string[]): readonly PartnerScope[] {
  const isKnown = (scope: string): scope is PartnerScope =>
    (partnerScopes as readonly string[]).includes(scope)
  if (wanted.length === 0) throw refuse('scopes', 'A key needs at least one scope.')
  if (!wanted.every(isKnown)) throw invalid('SCOPE_NOT_ALLOWED', { field: ['scopes'] })
  return [...new Set(wanted)].filter(isKnown).sort()
}

function demandPurpose(purpose: string): string {
  if (/^[A-Z_]{2,40}$/.test(purpose)) return purpose
  throw refuse('purpose', 'purpose must be 2 to 40 capital letters or underscores, such as SALES_ENQUIRY.')
}

function demandExpiry(days: number): number {
  if (days >= 1 && days <= 365) return days
  throw invalid('EXPIRY_OUT_OF_RANGE', { field: ['expiresInDays'], message: 'A key lives 1 to 365 days.' })
}

/** A start that has passed already is none. */
function demandStart(start: Date | null, days: number, now: Date): Date | null {
  if (start === null || start <= now) return null
  if (start.getTime() < now.getTime() + days * 86_400_000) return start
  throw invalid('EXPIRY_OUT_OF_RANGE', { field: ['notBefore'], message: 'A key must start before it ends.' })
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = address.includes('%') ? 0 : isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

function demandNetworks(field: string, networks: readonly string[]): readonly string[] {
  if (networks.length > MOST_NETWORKS) throw refuse(field, `At most ${MOST_NETWORKS} networks.`)
  if (networks.every(isNetwork)) return networks
  throw refuse(field, 'Write networks like 192.0.2.0/24 or 2001:db8::/32, single addresses like 192.0.2.7.')
}

function demandRate(field: string, rate: number, most: number): number {
  if (rate >= 1 && rate <= most) return rate
  throw refuse(field, `${field} must lie between 1 and ${most}.`)
}

function demandThumbprint(jkt: string | null): string | null {
  if (jkt === null || /^[A-Za-z0-9_-]{43}$/.test(jkt)) return jkt
  throw refuse('senderConstraint', 'jkt must be a SHA-256 thumbprint (RFC 7638): 43 characters of base64url.')
}
