import { invalid } from '@autora/shared/errors'

/** What this installation allows a provider to be. */
export interface ProviderRules {
  /** The platform's own issuer: nobody else may claim to be it. */
  readonly ownIssuer: string
  /** Whether plain http to loopback is allowed. */
  readonly isDevelopment: boolean
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Checks an address of a provider: https, no credentials, no query, no fragment, as the standard wants issuers
 * (OpenID Connect Discovery 1.0, section 3).
 *
 * @returns the text as it came: an issuer is compared character by character.
 * @throws {DomainError} INVALID - anything else.
 */
export function demandAddress(field: string, text: string, { isDevelopment }: ProviderRules): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url?.protocol === 'http:' && isDevelopment && loopback.has(url.hostname)
  const isClean = url && !url.username && !url.password && !/[?#@\s]/.test(text)
  if (isClean && (url.protocol === 'https:' || isPlain) && text.length <= 300) return text
  throw invalid('INVALID', { field: [field], message: `${field} must be an https URL without a query.` })
}

const canonical = (text: string) => new URL(text).href.replace(/\/+$/, '')

/** Whether an issuer is the platform's own, however it is spelt. */
export const isOwnIssuer = (issuer: string, { ownIssuer }: ProviderRules): boolean =>
  canonical(issuer) === canonical(ownIssuer)
