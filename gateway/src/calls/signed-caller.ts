import {
  type Caller,
  encodeCaller,
  SEAL_TTL_SECONDS,
  type SealKey,
  type Subgraph,
  sealContext,
} from '@autora/shared/actor'
import type { Clock } from '@autora/shared/request'

/** A caller as subgraphs take him: written once, sealed once for each subgraph, within one request. */
export class SignedCaller {
  readonly encoded: string
  private readonly seals = new Map<Subgraph, { readonly seal: string; readonly sealedAt: number }>()

  constructor(
    readonly caller: Caller,
    private readonly key: SealKey,
    private readonly clock: Clock,
  ) {
    this.encoded = encodeCaller(caller)
  }

  /** Unix time in seconds. */
  now(): number {
    return this.clock.now().getTime() / 1000
  }

  /** The seal for one subgraph; made anew when half its life is over. */
  seal(audience: Subgraph): string {
    const now = this.now()
    const known = this.seals.get(audience)
    if (known && Math.abs(now - known.sealedAt) < SEAL_TTL_SECONDS / 2) return known.seal
    const seal = sealContext(this.caller, audience, this.key, now)
    this.seals.set(audience, { seal, sealedAt: now })
    return seal
  }
}
