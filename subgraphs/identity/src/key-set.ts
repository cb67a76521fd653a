import { ConfigError } from '@autora/shared/config'
import { z } from 'zod'

/** Members of a JSON Web Key that must never be published (RFC 7518 section 6). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']) })).min(1) })

/**
 * Reads the public keys of the issuer.
 * @throws {ConfigError} when the text is no key set, or when one of its keys is private.
 */
export function publicKeySet(text: string): { readonly keys: readonly object[] } {
  const fault = (message: string) => new ConfigError([`AUTORA_ISSUER_JWKS: ${message}`])
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw fault('is not JSON')
  }
  const set = keySet.safeParse(value)
  if (!set.success) throw fault('is no JSON Web Key Set with public keys')
  if (set.data.keys.some((key) => privateMembers.some((member) => Object.hasOwn(key, member))))
    throw fault('holds a private key')
  return set.data
}
