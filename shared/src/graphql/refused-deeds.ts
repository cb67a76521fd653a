import { defaultFieldResolver, type GraphQLSchema } from 'graphql'
import { recordAudit } from '../audit/index.js'
import { DomainError, forbidden } from '../errors/index.js'
import type { RequestContext } from '../request/index.js'
import { refusedDeed } from './trail-guard.js'
import type { UserError } from './user-errors.js'

/** The refusal that an answer of a mutation carries, if it does. */
const refusalIn = (payload: unknown): string | undefined =>
  (payload as { userErrors?: readonly UserError[] } | null)?.userErrors?.[0]?.code

/** Writes an attempt into the trail in a transaction of its own: the deed's has been rolled back. */
export async function recordRefusal(ctx: RequestContext, operation: string, code: string): Promise<void> {
  if (!ctx.admitsDenial('access.refused')) return
  const { id, storeIds } = ctx.actor
  await ctx.tenant.write((tx) =>
    recordAudit(tx, 'access.refused', {
      outcome: 'DENY',
      targetId: id,
      storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
      detail: { operation, code },
    }),
  )
}

/**
 * A view changes nothing, whatever the gateway let through. Every mutation that is refused leaves one event, written
 * before the answer: where it cannot be written, the answer is an error. From the 21st of an actor in a minute on they
 * are counted instead. Input that only has the wrong form is refused before this, by GraphQL itself.
 */
export function recordRefusedDeeds(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver
    field.resolve = async (parent, args, context: RequestContext, info) => {
      let payload: unknown
      try {
        if (context.actor.limitedBy) throw forbidden({ reason: 'VIEW_AS_READ_ONLY' })
        const refusal = refusedDeed(context, field.name)
        if (refusal) throw refusal
        payload = await resolve(parent, args, context, info)
      } catch (error) {
        if (error instanceof DomainError) await recordRefusal(context, field.name, error.code)
        throw error
      }
      const code = refusalIn(payload)
      if (code) await recordRefusal(context, field.name, code)
      return payload
    }
  }
}
