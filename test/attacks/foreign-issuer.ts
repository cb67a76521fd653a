import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** What a foreign issuer signs with. */
export type ForeignAlgorithm = 'ES256' | 'EdDSA' | 'PS256' | 'RS256'

interface SigningKey {
  readonly kid: string
  readonly alg: ForeignAlgorithm
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

/** The audience that a dealer group's provider names for the platform. */
export const foreignAudience = 'https://autora.example/api'

const now = () => Math.floor(Date.now() / 1000)

/** Somebody's OpenID provider on loopback, as far as an API sees it: it signs, and it publishes keys. */
export class ForeignIssuer {
  private readonly keys: SigningKey[] = []
  /** How often its keys were fetched. */
  fetches = 0

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  /** Starts one with a first key named `k1`. */
  static async start(alg: ForeignAlgorithm): Promise<ForeignIssuer> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const issuer = new ForeignIssuer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.on('request', (_request, response) => {
      issuer.fetches += 1
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }))
    })
    await issuer.rotate('k1', alg)
    return issuer
  }

  /** Where its keys are. */
  get jwksUri(): string {
    return `${this.issuer}/keys`
  }

  /** Its newest public key. */
  get publicJwk(): JWK {
    return this.newest().jwk
  }

  /** Publishes a new key and signs with it from now on. */
  async rotate(kid: string, alg: ForeignAlgorithm): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
    this.keys.push({ kid, alg, privateKey, jwk })
  }

  /** The claims of a good access token. */
  claims(subject: string): Record<string, unknown> {
    return { iss: this.issuer, aud: foreignAudience, sub: subject, iat: now(), exp: now() + 300 }
  }

  /** Signs claims as they are. @param header - replaces members of the usual header; undefined removes one. */
  async sign(claims: object, header: Record<string, unknown> = {}): Promise<string> {
    const { kid, alg, privateKey } = this.newest()
    const full = { alg, kid, typ: 'at+jwt', ...header }
    const kept = Object.fromEntries(Object.entries(full).filter(([, value]) => value !== undefined))
    return new SignJWT({ ...claims }).setProtectedHeader(kept as { alg: string }).sign(privateKey)
  }

  /** A good access token of a subject. */
  token(subject: string): Promise<string> {
    return this.sign(this.claims(subject))
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private newest(): SigningKey {
    const key = this.keys.at(-1)
    if (!key) throw new Error('the issuer has no key')
    return key
  }
}
