import { parseApiKey } from '@autora/shared/api-key'
import { decodeId } from '@autora/shared/request'

/** A request, as far as it tells who sends it: `IncomingMessage` is one. */
export interface Knock {
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly socket?: { readonly remoteAddress?: string | undefined }
  readonly method?: string | undefined
  readonly url?: string | undefined
}

/** The values of a header, several joined by commas in their order; undefined when there is none. */
export function headerOf(rawHeaders: readonly string[], wanted: string): string | undefined {
  const values: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === wanted) values.push(rawHeaders[index + 1] ?? '')
  return values.length === 0 ? undefined : values.join(',')
}

/** An API key. */
export interface KeyCredential {
  readonly kind: 'KEY'
  readonly key: string
  /** Whether it came under the scheme of proofs (RFC 9449). */
  readonly hasProof: boolean
}

/** What a client shows to be known by. */
export type Credential = { readonly kind: 'TOKEN'; readonly token: string } | KeyCredential

/** Characters of the longest credential that is looked at. */
const MOST_CHARACTERS = 8_192

/** Where a person of a foreign issuer says which of his memberships he acts as, `mem_…`. */
const MEMBERSHIP_HEADER = 'x-autora-membership'

const form = /^(Bearer|ApiKey|DPoP) +([^\s]+)$/i

/**
 * Reads the one Authorization header of a request; a credential anywhere else (query, cookie, other headers) is not
 * one.
 *
 * @param rawHeaders - names and values in turn, as they came.
 * @returns the credential, or why there is none.
 */
export function readCredential(rawHeaders: readonly string[]): Credential | string {
  let value: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length !== 13 || name.toLowerCase() !== 'authorization') continue
    if (value !== undefined) return 'TWO_CREDENTIALS'
    value = rawHeaders[index + 1] ?? ''
  }
  if (value === undefined) return 'NO_CREDENTIAL'
  if (value.length > MOST_CHARACTERS) return 'CREDENTIAL_TOO_LONG'
  const [, scheme = '', text = ''] = form.exec(value) ?? []
  if (!text) return 'CREDENTIAL_FORM'
  if (scheme.toLowerCase() === 'bearer' && !text.startsWith('autora_')) return { kind: 'TOKEN', token: text }
  return parseApiKey(text)
    ? { kind: 'KEY', key: text, hasProof: scheme.toLowerCase() === 'dpop' }
    : 'KEY_FORM'
}

/**
 * The membership that a request names; its token has the last word where it names one itself.
 *
 * @returns a uuid, null when none is named, undefined when what is named is none.
 */
export function readMembership(rawHeaders: readonly string[]): string | null | undefined {
  const named = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === MEMBERSHIP_HEADER,
  )
  if (named.length === 0) return null
  return named.length === 1 ? (decodeId('Membership', named[0] ?? '') ?? undefined) : undefined
}
