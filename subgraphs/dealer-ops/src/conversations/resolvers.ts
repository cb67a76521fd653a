import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments, type RequestContext } from '@autora/shared/request'
import { uuidOf } from '../given-ids.js'
import { type LeadRow, loadLead } from '../leads/index.js'
import type { ConversationRow, MessageRow } from './entity.js'
import * as service from './service.js'

/** Resolvers of conversations and their messages. */
export const conversationResolvers: Resolvers = {
  Query: {
    conversation: (_, { id }: { id: string }, ctx) =>
      service.loadConversation(ctx, uuidOf('Conversation', id)),
  },
  Mutation: {
    conversationOpen: (_, { input }: { input: service.ConversationOpenInput }, ctx) =>
      answer(service.openConversation(ctx, input), (conversation) => ({ conversation })),
    messageSend: (_, { input }: { input: service.MessageSendInput }, ctx) =>
      answer(service.sendMessage(ctx, input), (message) => ({ message })),
  },
  Lead: {
    conversations: (lead: LeadRow, _, ctx) => service.conversationsOf(ctx, lead),
  },
  Conversation: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      service.loadConversation(ctx, uuidOf('Conversation', id)),
    id: (row: ConversationRow) => encodeId('Conversation', row.id),
    lead: (row: ConversationRow, _, ctx) => loadLead(ctx, row.leadId),
    lastMessageAt: (row: ConversationRow) => row.at,
    messages: (row: ConversationRow, args: PageArguments, ctx) => service.messagesOf(ctx, row, args),
  },
  Message: {
    id: (row: MessageRow) => encodeId('Message', row.id),
    sentAt: (row: MessageRow) => row.at,
    author: (row: MessageRow) => row.authorId && { id: encodeId('User', row.authorId) },
  },
}
