import { demoNetwork } from '../demo/index.js'
import type { Home } from '../installation/home.js'
import { readRecord } from '../installation/record.js'
import { readSecrets } from '../installation/secrets.js'
import { mintToken } from '../token/mint.js'
import { findMembership, findPlace } from '../token/person.js'

/** A token of the platform's owner in a development installation, so that a refusal is not for want of one. */
export const doctorToken = (home: Home): Promise<string | null> => demoToken(home, 'owner')

/** A token of somebody of the demo network; null where there is none. An admin is one of a whole group. */
export async function demoToken(home: Home, speaker: 'owner' | 'admin'): Promise<string | null> {
  const [record, secrets] = [readRecord(home), readSecrets(home)]
  if (!record?.demo || !secrets) return null
  const network = demoNetwork(record.demo)
  const membership = findMembership(network, speaker, findPlace(network, undefined))
  const { token } = await mintToken(secrets.issuerKey, {
    issuer: record.issuer,
    audience: 'urn:autora:api',
    subject: membership.userId,
    membership: membership.id,
    issuedAt: Math.floor(Date.now() / 1000),
  })
  return token
}
