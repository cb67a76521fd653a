/** How a store and a customer talk. */
export type Channel = 'WHATSAPP' | 'SMS' | 'EMAIL' | 'CALL_LOG'

/** Whether a conversation goes on. */
export type ConversationState = 'OPEN' | 'WAITING' | 'CLOSED'

/** A row of dealer_ops.conversation as it is read; `at` is the time of its latest message with microseconds. */
export interface ConversationRow {
  readonly id: string
  readonly storeId: string
  readonly leadId: string
  readonly channel: Channel
  readonly state: ConversationState
  readonly unread: number
  readonly at: string
}

/** A conversation of a lead. */
export interface LeadConversationRow extends ConversationRow {
  readonly parentId: string
}

/** A row of dealer_ops.message as it is read; `at` is when it was sent, with microseconds. */
export interface MessageRow {
  readonly id: string
  readonly parentId: string
  readonly storeId: string
  /** Whose words they are, or whom they are for. */
  readonly customerId: string | null
  readonly channel: Channel
  readonly direction: 'INBOUND' | 'OUTBOUND'
  readonly isAutomatic: boolean
  readonly status: 'QUEUED' | 'SENT' | 'DELIVERED' | 'READ' | 'FAILED' | 'RECEIVED'
  readonly subject: string | null
  readonly body: string
  readonly sender: string | null
  readonly recipient: string | null
  readonly authorId: string | null
  readonly at: string
}

/** A message to keep, checked. */
export interface NewMessage {
  readonly status: 'QUEUED' | 'SENT'
  readonly isAutomatic: boolean
  readonly subject: string | null
  readonly body: string
  readonly recipient: string
  readonly authorId: string | null
}

/** Which conversations; null does not narrow. */
export interface ConversationConditions {
  readonly storeId: string | null
  /** The person who looks after the lead. */
  readonly assigneeId: string | null
  readonly isUnread: boolean | null
  readonly state: ConversationState | null
}
