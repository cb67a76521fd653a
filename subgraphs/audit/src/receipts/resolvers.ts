import type { Resolvers } from '@autora/shared/graphql'
import { auditChain } from './chain-service.js'
import { auditReceipt, type Receipt } from './service.js'

/** Resolvers of receipts and of the state of the log. */
export const receiptResolvers: Resolvers = {
  Query: {
    auditReceipt: (_parent, { eventId }: { eventId: string }, ctx) => auditReceipt(ctx, eventId),
    auditChain: (_parent, { dealerGroupId }: { dealerGroupId?: string | null }, ctx) =>
      auditChain(ctx, dealerGroupId ?? null),
  },
  AuditReceipt: {
    // the leaf holds the detail, of which the owner of the platform reads no word
    text: ({ event, proof }: Receipt, _args: unknown, { actor }) =>
      actor.principal === 'PLATFORM_OWNER' ? null : `${event.leaf_data}\n\n${proof}`,
  },
}
