import { createHmac, randomBytes } from 'node:crypto'
import { Vault } from '@autora/shared/vault'

const PREFIX = 'whsec_'

/** The place that a sealed secret is bound to. */
const placeOf = (streamId: string): string => `event_stream|${streamId}`

/** A new secret: as its admin gets it, once, and as it is kept. */
export function newSecret(
  key: Buffer,
  tenantId: string,
  streamId: string,
): { readonly text: string; readonly sealed: Buffer } {
  const bytes = randomBytes(32)
  return {
    text: `${PREFIX}${bytes.toString('base64')}`,
    sealed: new Vault(key).seal(tenantId, placeOf(streamId), bytes),
  }
}

/** Opens a kept secret. @throws {Error} when it was altered, moved, or sealed under another key. */
export const openSecret = (key: Buffer, tenantId: string, streamId: string, sealed: Buffer): Buffer =>
  new Vault(key).open(tenantId, placeOf(streamId), sealed)

/** The headers of a delivery as Standard Webhooks wants them: the id is the same for every attempt. */
export function signedHeaders(
  secret: Buffer,
  { id, seconds, body }: { readonly id: string; readonly seconds: number; readonly body: string },
): Readonly<Record<string, string>> {
  const signature = createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
}
