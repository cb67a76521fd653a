import { recordAudit } from '@autora/shared/audit'
import type { RequestContext } from '@autora/shared/request'
import type { KeyFacts } from './entity.js'
import { noteKeyUse } from './key-repository.js'

/** A key that was used. */
export type UsedKey = Pick<KeyFacts, 'keyId' | 'tenantId' | 'appId' | 'soleStoreId'>

/** Keys and outcomes of the running minute that a process remembers. */
const MOST_REMEMBERED = 50_000

/**
 * When keys were used and refused, off the way of the requests: nobody waits for it, and how long an answer takes does
 * not tell whether a key exists. At most one write per key, outcome and minute, from all processes together.
 */
export class KeyUses {
  private minute = 0
  private readonly seen = new Set<string>()
  private readonly pending = new Set<Promise<void>>()

  /** Notes the use of a key, or why it was refused; the first refusal of a minute goes into the trail. */
  note(ctx: RequestContext, facts: UsedKey, refusal: string | null): void {
    const at = ctx.clock.now()
    const outcome = refusal ?? 'USED'
    if (!this.isFirst(`${facts.keyId}|${outcome}`, at)) return
    const writing = this.write(ctx, facts, outcome, at)
      .catch((error: unknown) => ctx.log.error('key.useNotNoted', error, { keyId: facts.keyId, outcome }))
      .finally(() => this.pending.delete(writing))
    this.pending.add(writing)
  }

  /** Waits for what is being written. */
  async settled(): Promise<void> {
    await Promise.all(this.pending)
  }

  private isFirst(name: string, at: Date): boolean {
    const minute = Math.floor(at.getTime() / 60_000)
    if (minute !== this.minute || this.seen.size >= MOST_REMEMBERED) {
      this.seen.clear()
      this.minute = minute
    }
    const isFirst = !this.seen.has(name)
    this.seen.add(name)
    return isFirst
  }

  private async write(ctx: RequestContext, facts: UsedKey, outcome: string, at: Date): Promise<void> {
    await ctx.tenant.write(async (tx) => {
      if (!(await noteKeyUse(tx, facts, outcome, at)) || outcome === 'USED') return
      await recordAudit(tx, 'apiKey.refused', {
        outcome: 'DENY',
        targetId: facts.keyId,
        tenantId: facts.tenantId,
        storeId: facts.soleStoreId,
        detail: { reason: outcome, appId: facts.appId },
      })
    })
  }
}
