import type { Principal } from '@autora/shared/access'
import { recordAudit } from '@autora/shared/audit'
import { encodeId, type RequestContext } from '@autora/shared/request'

/** A look at the platform as another role. */
export interface ViewUsed {
  readonly role: Principal
  /** Null: all stores the viewer sees himself. */
  readonly storeIds: readonly string[] | null
  /** SHA-256 of the document that was sent, hexadecimal. */
  readonly document: string
}

/** Writes one event for one request, in the trail of the viewer's tenant. */
export async function recordView(ctx: RequestContext, { role, storeIds, document }: ViewUsed): Promise<void> {
  const { id, storeIds: own } = ctx.actor
  await ctx.tenant.write((tx) =>
    recordAudit(tx, 'viewAs.used', {
      targetId: id,
      storeId: own.length === 1 ? (own[0] ?? null) : null,
      detail: { role, document, stores: storeIds?.map((store) => encodeId('Store', store)) ?? null },
    }),
  )
}
