import type { Connection, PageArguments, RequestContext } from '@autora/shared/request'
import { type ConversationRow, type ConversationState, listConversations } from '../conversations/index.js'
import { soleStore } from '../given-ids.js'

/** Arguments of `inbox`. */
export interface InboxArguments extends PageArguments {
  readonly filter?: {
    readonly storeId?: string | null
    readonly assignedToMe?: boolean | null
    readonly isUnread?: boolean | null
    readonly state?: ConversationState | null
  } | null
}

/** The conversations of the caller's stores, the newest message first. @throws {DomainError} BAD_USER_INPUT */
export function inbox(ctx: RequestContext, args: InboxArguments): Promise<Connection<ConversationRow>> {
  const { filter } = args
  const conditions = {
    storeId: soleStore(ctx, filter?.storeId),
    assigneeId: filter?.assignedToMe ? ctx.actor.id : null,
    isUnread: filter?.isUnread ?? null,
    state: filter?.state ?? null,
  }
  return listConversations(ctx, conditions, args)
}
