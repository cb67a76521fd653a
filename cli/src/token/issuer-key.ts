import { calculateJwkThumbprint, type JSONWebKeySet, type JWK } from 'jose'
import type { IssuerKey } from '../installation/secrets.js'

const publicPart = ({ kty, crv, x }: IssuerKey): JWK => ({ kty, crv, x })

/** The name of a key: its thumbprint (RFC 7638), so that the same key always has the same name. */
export const keyIdOf = (key: IssuerKey): Promise<string> => calculateJwkThumbprint(publicPart(key))

/** What others verify tokens with: the public half only. */
export async function publicKeySet(key: IssuerKey): Promise<JSONWebKeySet> {
  return { keys: [{ ...publicPart(key), kid: await keyIdOf(key), alg: 'EdDSA', use: 'sig' }] }
}
