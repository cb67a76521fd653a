import { formatApiKey, keyMac, newApiKeySecret } from '@autora/shared/api-key'
import type { StoredSecret } from './entity.js'

/** A secret just made: the text that is shown once, and what is stored of it. */
export interface FreshSecret {
  readonly text: string
  readonly stored: StoredSecret
}

/** Makes the secret of a key. @param pepper - under which its HMAC is stored. */
export function freshSecret(pepper: Buffer, id: string): FreshSecret {
  const secret = newApiKeySecret()
  const text = formatApiKey({ id, secret })
  return { text, stored: { mac: keyMac(pepper, secret), lastFour: text.slice(-4) } }
}
