export type { ConversationRow, ConversationState } from './entity.js'
export { conversationResolvers } from './resolvers.js'
export { listConversations } from './service.js'
