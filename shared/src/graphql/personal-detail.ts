import { policyId } from '../access/index.js'
import type { PersonalReadDetail, RequestContext } from '../request/index.js'

/** The event of what a request showed of people; null where it showed nothing. */
export function personalDetail(ctx: RequestContext): PersonalReadDetail | null {
  return ctx.reads.isEmpty ? null : ctx.reads.detail((dataClass) => policyId(dataClass, ctx.profile()))
}

/** The store that an event of reading is about: the one of everything shown, or else the only one the reader has. */
export function storeOfReads({ actor, reads }: RequestContext): string | null {
  return reads.onlyStore ?? (actor.storeIds.length === 1 ? (actor.storeIds[0] ?? null) : null)
}
