import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import { pageValues } from '../pages.js'
import type {
  Channel,
  ConversationConditions,
  ConversationRow,
  LeadConversationRow,
  MessageRow,
  NewMessage,
} from './entity.js'

const columns = `
  c.id,
  c.store_id as "storeId",
  c.lead_id as "leadId",
  c.channel,
  c.state,
  c.unread,
  ${exactTime('c.last_message_at')} as at`

const messageColumns = `
  m.id,
  m.conversation_id as "parentId",
  m.direction,
  m.is_automatic as "isAutomatic",
  m.status,
  m.subject,
  m.body,
  m.sender,
  m.recipient,
  m.author_id as "authorId",
  ${exactTime('m.sent_at')} as at`

/** Conversations by id, those the caller can see. */
export const selectConversationsById = (tx: TenantTx, ids: readonly string[]): Promise<ConversationRow[]> =>
  tx.query<ConversationRow>(`select ${columns} from dealer_ops.conversation c where c.id = any($1)`, [ids])

/** One conversation, held until the transaction ends. */
export async function lockConversation(tx: TenantTx, id: string): Promise<ConversationRow | null> {
  const [conversation] = await tx.query<ConversationRow>(
    `select ${columns} from dealer_ops.conversation c where c.id = $1 for update`,
    [id],
  )
  return conversation ?? null
}

/** Makes the conversation of a lead on a channel. @returns null when there is one already, or no such lead. */
export async function insertConversation(
  tx: TenantTx,
  leadId: string,
  channel: Channel,
): Promise<ConversationRow | null> {
  const [conversation] = await tx.query<ConversationRow>(
    `with c as (
       insert into dealer_ops.conversation (store_id, lead_id, channel)
       select l.store_id, l.id, $2 from dealer_ops.lead l where l.id = $1
       on conflict (tenant_id, store_id, lead_id, channel) do nothing
       returning *)
     select ${columns} from c`,
    [leadId, channel],
  )
  return conversation ?? null
}

/** The conversation of a lead on a channel. */
export async function selectConversationOf(
  tx: TenantTx,
  leadId: string,
  channel: Channel,
): Promise<ConversationRow | null> {
  const [conversation] = await tx.query<ConversationRow>(
    `select ${columns} from dealer_ops.conversation c where c.lead_id = $1 and c.channel = $2`,
    [leadId, channel],
  )
  return conversation ?? null
}

/** One page of conversations, the newest message first, one row more than asked for. */
export const selectConversations = (
  tx: TenantTx,
  { storeId, assigneeId, isUnread, state }: ConversationConditions,
  page: PageRequest,
): Promise<ConversationRow[]> =>
  tx.query<ConversationRow>(
    `select ${columns}
       from dealer_ops.conversation c
      where ($1::uuid is null or c.store_id = $1)
        and ($2::uuid is null or exists (
          select from dealer_ops.lead l
           where l.tenant_id = c.tenant_id and l.store_id = c.store_id and l.id = c.lead_id
             and l.assignee_id = $2))
        and ($3::boolean is null or (c.unread > 0) = $3)
        and ($4::text is null or c.state = $4)
        and ($5::timestamptz is null or (c.last_message_at, c.id) < ($5::timestamptz, $6::uuid))
      order by c.last_message_at desc, c.id desc
      limit $7`,
    [storeId, assigneeId, isUnread, state, ...pageValues(page)],
  )

/** The conversations of leads, the newest message first. */
export const selectConversationsOfLeads = (
  tx: TenantTx,
  leadIds: readonly string[],
): Promise<LeadConversationRow[]> =>
  tx.query<LeadConversationRow>(
    `select l.id as "parentId", ${columns}
       from dealer_ops.lead l
       join dealer_ops.conversation c
         on c.tenant_id = l.tenant_id and c.store_id = l.store_id and c.lead_id = l.id
      where l.id = any($1)
      order by c.last_message_at desc, c.id desc`,
    [leadIds],
  )

/** The same page of messages for each of several conversations, newest first, one row more than asked for. */
export const selectMessages = (
  tx: TenantTx,
  conversationIds: readonly string[],
  page: PageRequest,
): Promise<MessageRow[]> =>
  tx.query<MessageRow>(
    `select c.channel, c.store_id as "storeId", l.customer_id as "customerId", m.*
       from dealer_ops.conversation c
       left join dealer_ops.lead l
         on l.tenant_id = c.tenant_id and l.store_id = c.store_id and l.id = c.lead_id
      cross join lateral (
        select ${messageColumns}
          from dealer_ops.message m
         where m.tenant_id = c.tenant_id and m.store_id = c.store_id and m.conversation_id = c.id
           and ($2::timestamptz is null or (m.sent_at, m.id) < ($2::timestamptz, $3::uuid))
         order by m.sent_at desc, m.id desc
         limit $4) m
      where c.id = any($1)
      order by m.at desc, m.id desc`,
    [conversationIds, ...pageValues(page)],
  )

/** How the customer of a lead can be reached: the first of each, in the order they came. */
export interface Reachable {
  /** Valid number of a line that is no fax machine. */
  readonly number: string | null
  /** Number as written, to be dialled by a person. */
  readonly written: string | null
  readonly email: string | null
}

/** Looks up how the customer of a conversation can be reached. */
export async function selectReachable(
  tx: TenantTx,
  { storeId, leadId }: ConversationRow,
): Promise<Reachable | null> {
  const [reachable] = await tx.query<Reachable>(
    `select
       (select p.e164 from dealer_ops.customer_phone p
         where p.tenant_id = l.tenant_id and p.store_id = l.store_id and p.customer_id = l.customer_id
           and p.e164 is not null and p.type not in ('FAX', 'PAGER')
         order by p.position limit 1) as number,
       (select p.raw from dealer_ops.customer_phone p
         where p.tenant_id = l.tenant_id and p.store_id = l.store_id and p.customer_id = l.customer_id
           and p.type not in ('FAX', 'PAGER')
         order by p.position limit 1) as written,
       (select e.address from dealer_ops.customer_email e
         where e.tenant_id = l.tenant_id and e.store_id = l.store_id and e.customer_id = l.customer_id
         order by e.position limit 1) as email
       from dealer_ops.lead l
      where l.store_id = $1 and l.id = $2`,
    [storeId, leadId],
  )
  return reachable ?? null
}

/** Keeps an outbound message. */
export async function insertMessage(
  tx: TenantTx,
  { id, storeId, channel, leadId }: ConversationRow,
  message: NewMessage,
): Promise<MessageRow | null> {
  const { status, isAutomatic, subject, body, recipient, authorId } = message
  const [row] = await tx.query<Omit<MessageRow, 'channel'>>(
    `insert into dealer_ops.message as m
       (store_id, conversation_id, direction, is_automatic, status, subject, body, recipient, author_id)
     values ($1, $2, 'OUTBOUND', $3, $4, $5, $6, $7, $8)
     returning ${messageColumns}, m.store_id as "storeId",
       (select l.customer_id from dealer_ops.lead l where l.store_id = $1 and l.id = $9) as "customerId"`,
    [storeId, id, isAutomatic, status, subject, body, recipient, authorId, leadId],
  )
  return row ? { ...row, channel } : null
}

/** Moves a conversation up; who answers in person has read what there was. */
export async function touchConversation(tx: TenantTx, id: string, isRead: boolean): Promise<void> {
  await tx.query(
    `update dealer_ops.conversation c
        set last_message_at = clock_timestamp(), unread = case when $2 then 0 else c.unread end
      where c.id = $1`,
    [id, isRead],
  )
}
