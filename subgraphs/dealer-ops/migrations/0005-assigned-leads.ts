import { narrow } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const app = 'autora_dealer_ops'

/**
 * Where a group's policy says so, Sales sees its own leads and those nobody has, and what belongs to them. The policies
 * that already narrow keys to what hangs on a visible lead narrow Sales in the same way.
 */
export class AssignedLeads1764000000072 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(narrow('dealer_ops.lead', app, 'assigned', assigned))
    for (const [table, policy, visible] of narrowed)
      await db.query(`alter policy ${policy} on dealer_ops.${table} using (${unlessNarrowed(visible)})`)
    for (const [table, visible] of written)
      await db.query(`alter policy of_visible on dealer_ops.${table} with check (${unlessNarrowed(visible)})`)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop policy assigned on dealer_ops.lead')
  }
}

const assigned = `
  not (select identity.sales_see_assigned_only()) or assignee_id is null or assignee_id = (select sec.actor_id())`

/**
 * Two questions for each statement, none for each row, for everybody who is not narrowed. For the others a page of a list
 * looks up the leads of its own rows: without `offset 0` PostgreSQL hashes every visible lead of the group first, 40 ms
 * instead of 3 ms with 60,000 leads (PostgreSQL 18).
 */
const unlessNarrowed = (visible: string) => `
  ((select sec.app_id()) is null and not (select identity.sales_see_assigned_only()))
  or exists (${visible} offset 0)`

const ofLead = (table: string) => `
  select from dealer_ops.lead l
   where l.tenant_id = ${table}.tenant_id and l.store_id = ${table}.store_id and l.id = ${table}.lead_id`

const ofCustomer = (table: string) => `
  select from dealer_ops.customer c
   where c.tenant_id = ${table}.tenant_id and c.store_id = ${table}.store_id and c.id = ${table}.customer_id`

const ofOwnLeads = `
  select from dealer_ops.lead l
   where l.tenant_id = customer.tenant_id and l.store_id = customer.store_id and l.customer_id = customer.id`

const ofConversation = `
  select from dealer_ops.conversation c
   where c.tenant_id = message.tenant_id and c.store_id = message.store_id and c.id = message.conversation_id`

const narrowed: readonly (readonly [table: string, policy: string, visible: string])[] = [
  ['customer', 'of_own_leads', ofOwnLeads],
  ['customer_phone', 'of_visible', ofCustomer('customer_phone')],
  ['customer_email', 'of_visible', ofCustomer('customer_email')],
  ['lead_vehicle', 'of_visible', ofLead('lead_vehicle')],
  ['lead_external_id', 'of_visible', ofLead('lead_external_id')],
  ['lead_status_change', 'of_visible', ofLead('lead_status_change')],
  ['conversation', 'of_visible', ofLead('conversation')],
  ['appointment', 'of_visible', ofLead('appointment')],
  ['message', 'of_visible', ofConversation],
]

/** Of these the policies speak about what is written, too. */
const written: readonly (readonly [table: string, visible: string])[] = [
  ['conversation', ofLead('conversation')],
  ['appointment', ofLead('appointment')],
  ['message', ofConversation],
]
