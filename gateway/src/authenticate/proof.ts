import { createHash } from 'node:crypto'
import type { Clock } from '@autora/shared/request'
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWK, jwtVerify } from 'jose'
import { z } from 'zod'
import { headerOf, type Knock } from './credential.js'

/** Algorithms of proofs, as the challenge names them. */
export const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519'] as const

/** How old a proof may be, how far ahead its clock, both in seconds; how long it may be and how many are remembered. */
export const proofLimits = { age: 60, ahead: 5, characters: 4_096, remembered: 100_000 } as const

const claimsForm = z.object({
  jti: z.string().min(1).max(200),
  htm: z.string(),
  htu: z.url(),
  iat: z.number().int(),
  ath: z.string(),
})

/** What a proof is demanded for: this request, with this API key, by the holder of this key pair. */
export interface ProofDemand {
  readonly request: Knock
  /** The API key as it was presented. */
  readonly key: string
  /** RFC 7638 thumbprint of the public key. */
  readonly jkt: string
}

/** Names of proofs that were accepted, until they are too old to be accepted again. */
class AcceptedProofs {
  private readonly until = new Map<string, number>()

  /** @returns false for one that was accepted before, or when there is no room to remember one more. */
  accept(name: string, now: number): boolean {
    for (const [oldest, end] of this.until) {
      if (end > now) break // they end in the order in which they came
      this.until.delete(oldest)
    }
    if (this.until.has(name) || this.until.size >= proofLimits.remembered) return false
    this.until.set(name, now + proofLimits.age + proofLimits.ahead)
    return true
  }
}

const address = (text: string) => {
  const { origin, pathname } = new URL(text)
  return origin + pathname
}

/**
 * Checks proofs of possession (RFC 9449, DPoP): a stolen API key that is bound to a key pair opens nothing without the
 * private key, and a proof that was overheard works for its one request, which has been made already. Accepted proofs
 * are remembered by this process alone.
 */
export class Proofs {
  private readonly accepted = new AcceptedProofs()

  /** @param publicUrl - how clients address the gateway; without it no proof can be right. */
  constructor(
    private readonly publicUrl: string | undefined,
    private readonly clock: Clock,
  ) {}

  /** What is wrong with the proof of a request, as a code for the log; null when it holds. */
  async fault({ request, key, jkt }: ProofDemand): Promise<string | null> {
    const proof = headerOf(request.rawHeaders, 'dpop')
    if (proof === undefined) return 'PROOF_MISSING'
    if (this.publicUrl === undefined) return 'PROOF_NO_PUBLIC_URL'
    if (proof.length > proofLimits.characters) return 'PROOF_FORM'
    try {
      const verified = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: [...proofAlgorithms],
        currentDate: this.clock.now(),
      })
      const thumbprint = await calculateJwkThumbprint(verified.protectedHeader.jwk as JWK, 'sha256')
      if (thumbprint !== jkt) return 'PROOF_KEY'
      return this.claimsFault(verified.payload, request, key, jkt)
    } catch (error) {
      if (error instanceof errors.JOSEError) return `PROOF_${error.code.replace('ERR_', '')}`
      throw error
    }
  }

  private claimsFault(payload: unknown, request: Knock, key: string, jkt: string): string | null {
    const claims = claimsForm.safeParse(payload)
    if (!claims.success) return 'PROOF_CLAIMS'
    const { jti, htm, htu, iat, ath } = claims.data
    const now = this.clock.now().getTime() / 1000
    if (htm !== request.method) return 'PROOF_METHOD'
    if (address(htu) !== address(new URL(request.url ?? '/', this.publicUrl).href)) return 'PROOF_ADDRESS'
    if (iat < now - proofLimits.age || iat > now + proofLimits.ahead) return 'PROOF_TIME'
    if (ath !== createHash('sha256').update(key).digest('base64url')) return 'PROOF_OTHER_KEY'
    return this.accepted.accept(`${jkt}|${jti}`, now) ? null : 'PROOF_REPLAYED'
  }
}
