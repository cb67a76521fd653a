import { recordAudit } from '@autora/shared/audit'
import { conflict, notFound } from '@autora/shared/errors'
import {
  type Connection,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { z } from 'zod'
import { loadById, loadChildren } from '../batches.js'
import { uuidOf } from '../given-ids.js'
import { checked, optionalText, text } from '../given-values.js'
import { type LeadRow, noteHumanAnswer } from '../leads/index.js'
import { childPage, pageFrom } from '../pages.js'
import type { Channel, ConversationConditions, ConversationRow, MessageRow } from './entity.js'
import * as rows from './repository.js'

/** One conversation, or null: absent and foreign alike. */
export const loadConversation = (ctx: RequestContext, id: string): Promise<ConversationRow | null> =>
  loadById(ctx, 'conversation', id, rows.selectConversationsById)

/** One page of conversations, the newest message first. @throws {DomainError} BAD_USER_INPUT - a bad page. */
export async function listConversations(
  ctx: RequestContext,
  conditions: ConversationConditions,
  args: PageArguments,
): Promise<Connection<ConversationRow>> {
  const page = pageRequest(args)
  return pageFrom(await ctx.tenant.read((tx) => rows.selectConversations(tx, conditions, page)), page)
}

/** The conversations about a lead, at most one for each channel. */
export const conversationsOf = (ctx: RequestContext, { id }: LeadRow): Promise<readonly ConversationRow[]> =>
  loadChildren(ctx, 'lead.conversations', id, rows.selectConversationsOfLeads)

/** One page of the messages of a conversation, newest first. @throws {DomainError} BAD_USER_INPUT - a bad page. */
export const messagesOf = (
  ctx: RequestContext,
  { id }: ConversationRow,
  args: PageArguments,
): Promise<Connection<MessageRow>> => childPage(ctx, 'conversation.messages', id, args, rows.selectMessages)

/** A conversation to open, as a client gives it. */
export interface ConversationOpenInput {
  readonly leadId: string
  readonly channel: Channel
}

/**
 * Opens the conversation of a lead on a channel, or finds the one that is there: then nothing changes and there is no
 * second event.
 * @throws {DomainError} NOT_FOUND - absent or foreign lead: one answer for both.
 */
export async function openConversation(
  ctx: RequestContext,
  { leadId, channel }: ConversationOpenInput,
): Promise<ConversationRow> {
  const lead = uuidOf('Lead', leadId)
  return ctx.tenant.write(async (tx) => {
    const opened = await rows.insertConversation(tx, lead, channel)
    if (opened)
      await recordAudit(tx, 'conversation.opened', {
        targetId: opened.id,
        storeId: opened.storeId,
        detail: { leadId, channel },
      })
    const conversation = opened ?? (await rows.selectConversationOf(tx, lead, channel))
    if (!conversation) throw notFound()
    return conversation
  })
}

const messageInput = z.object({ body: text(32_000), subject: optionalText(300) })

/** A message as a client gives it. */
export interface MessageSendInput {
  readonly conversationId: string
  readonly body: string
  readonly subject?: string | null
}

/**
 * Writes to the customer of a conversation, or logs a phone call. A message stays QUEUED until an outbound channel
 * takes it. Not idempotent: a repeat is a second message. The event holds no word of it.
 * @throws {DomainError} NOT_FOUND - absent or foreign: one answer for both.
 * @throws {DomainError} CONVERSATION_CLOSED - nothing goes out any more.
 * @throws {DomainError} RECIPIENT_UNREACHABLE - the customer has no address on this channel.
 */
export async function sendMessage(ctx: RequestContext, input: MessageSendInput): Promise<MessageRow> {
  const { body, subject } = checked(messageInput, input)
  const isHuman = ctx.actor.kind === 'USER'
  return ctx.tenant.write(async (tx) => {
    const thread = await rows.lockConversation(tx, uuidOf('Conversation', input.conversationId))
    if (!thread) throw notFound()
    if (thread.state === 'CLOSED') throw conflict('CONVERSATION_CLOSED')
    const recipient = recipientOn(thread.channel, await rows.selectReachable(tx, thread))
    if (!recipient) throw conflict('RECIPIENT_UNREACHABLE')
    const message = await rows.insertMessage(tx, thread, {
      status: thread.channel === 'CALL_LOG' ? 'SENT' : 'QUEUED',
      isAutomatic: !isHuman,
      subject: thread.channel === 'EMAIL' ? subject : null,
      body,
      recipient,
      authorId: isHuman ? ctx.actor.id : null,
    })
    if (!message) throw notFound()
    await rows.touchConversation(tx, thread.id, isHuman)
    const leadStatus = isHuman ? await noteHumanAnswer(tx, thread.leadId) : null
    await recordAudit(tx, 'message.sent', {
      targetId: message.id,
      storeId: thread.storeId,
      detail: {
        conversationId: encodeId('Conversation', thread.id),
        leadId: encodeId('Lead', thread.leadId),
        channel: thread.channel,
        isAutomatic: !isHuman,
        leadStatus,
      },
    })
    return message
  })
}

function recipientOn(channel: Channel, reachable: rows.Reachable | null): string | null {
  if (!reachable) return null
  if (channel === 'EMAIL') return reachable.email
  return channel === 'CALL_LOG' ? (reachable.number ?? reachable.written) : reachable.number
}
