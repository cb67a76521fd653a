import type { Actor } from '@autora/shared/actor'

/** What every statement filters by, beside the row policies that decide: a second lock, never the only one. */
export interface Scope {
  /** Null: the platform's reach, rows of all dealer groups. */
  readonly tenantId: string | null
  /** Null: every store of the tenant. */
  readonly storeIds: readonly string[] | null
}

/** The scope of an actor, as the gateway verified it. */
export const scopeOf = (actor: Actor): Scope => ({
  tenantId: actor.reach === 'PLATFORM' ? null : actor.tenantId,
  storeIds: actor.reach === 'STORES' ? actor.storeIds : null,
})
