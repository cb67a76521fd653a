import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import { pageValues } from '../pages.js'
import type { CustomerLeadRow, LeadConditions, LeadRow, LeadStore, NewLead } from './entity.js'
import type { LeadStatus } from './status-machine.js'

const columns = `
  l.id,
  l.store_id as "storeId",
  l.customer_id as "customerId",
  l.status,
  l.lost_reason as "lostReason",
  l.interest,
  l.source,
  l.source_name as "sourceName",
  l.campaign,
  l.brand_code as "brandCode",
  l.budget_cents::float8 as "budgetCents",
  l.budget_currency as "budgetCurrency",
  l.finance_intent as "financeIntent",
  l.comments,
  l.referrer,
  l.consent_state as "consentState",
  l.assignee_id as "assigneeId",
  l.submitted_by as "submittedBy",
  ${exactTime('l.received_at')} as at,
  l.requested_at as "requestedAt",
  l.first_response_at as "firstResponseAt",
  l.sla_due_at as "slaDueAt",
  l.closed_at as "closedAt",
  l.version`

/** Leads by id, those the caller can see. */
export const selectLeadsById = (tx: TenantTx, ids: readonly string[]): Promise<LeadRow[]> =>
  tx.query<LeadRow>(`select ${columns} from dealer_ops.lead l where l.id = any($1)`, [ids])

/** One lead, held until the transaction ends, so that two changes of it come one after the other. */
export async function lockLead(tx: TenantTx, id: string): Promise<LeadRow | null> {
  const [lead] = await tx.query<LeadRow>(
    `select ${columns} from dealer_ops.lead l where l.id = $1 for update`,
    [id],
  )
  return lead ?? null
}

/** One page of leads, newest first, one row more than asked for. */
export const selectLeads = (
  tx: TenantTx,
  { storeId, status, source, assigneeId, isUnassigned }: LeadConditions,
  page: PageRequest,
): Promise<LeadRow[]> =>
  tx.query<LeadRow>(
    `select ${columns}
       from dealer_ops.lead l
      where ($1::uuid is null or l.store_id = $1)
        and ($2::text is null or l.status = $2)
        and ($3::text is null or l.source = $3)
        and ($4::uuid is null or l.assignee_id = $4)
        and ($5::boolean is null or (l.assignee_id is null) = $5)
        and ($6::timestamptz is null or (l.received_at, l.id) < ($6::timestamptz, $7::uuid))
      order by l.received_at desc, l.id desc
      limit $8`,
    [storeId, status, source, assigneeId, isUnassigned, ...pageValues(page)],
  )

/** The same page of leads for each of several customers, newest first, one row more than asked for. */
export const selectLeadsOfCustomers = (
  tx: TenantTx,
  customerIds: readonly string[],
  page: PageRequest,
): Promise<CustomerLeadRow[]> =>
  tx.query<CustomerLeadRow>(
    `select c.id as "parentId", l.*
       from dealer_ops.customer c
      cross join lateral (
        select ${columns}
          from dealer_ops.lead l
         where l.tenant_id = c.tenant_id and l.store_id = c.store_id and l.customer_id = c.id
           and ($2::timestamptz is null or (l.received_at, l.id) < ($2::timestamptz, $3::uuid))
         order by l.received_at desc, l.id desc
         limit $4) l
      where c.id = any($1)
      order by l.at desc, l.id desc`,
    [customerIds, ...pageValues(page)],
  )

/** Keeps a lead; it is NEW and due for an answer within the store's time. */
export async function insertLead(
  tx: TenantTx,
  store: LeadStore,
  customerId: string,
  lead: NewLead,
): Promise<LeadRow | null> {
  const values: readonly SqlValue[] = [
    store.id,
    customerId,
    lead.interest,
    lead.source,
    lead.sourceName,
    lead.brandCode,
    lead.budgetCents,
    lead.budgetCurrency,
    lead.financeIntent,
    lead.comments,
    lead.referrer,
    lead.submittedBy,
    lead.requestedAt,
    store.slaMinutes,
  ]
  const [row] = await tx.query<LeadRow>(
    `insert into dealer_ops.lead as l
       (store_id, customer_id, interest, source, source_name, brand_code, budget_cents, budget_currency,
        finance_intent, comments, referrer, submitted_by, requested_at, sla_due_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
       clock_timestamp() + make_interval(mins => $14))
     returning ${columns}`,
    values,
  )
  return row ?? null
}

/** What a change of status writes. */
export interface StatusUpdate {
  readonly status: LeadStatus
  readonly lostReason: string | null
  readonly isClosed: boolean
}

/** Moves a lead to a status; when it ended is set by the clock of the database and cleared when it is open. */
export async function updateStatus(tx: TenantTx, id: string, update: StatusUpdate): Promise<LeadRow | null> {
  const [row] = await tx.query<LeadRow>(
    `with l as (
       update dealer_ops.lead l
          set status = $2,
              lost_reason = $3,
              closed_at = case when $4 then clock_timestamp() end,
              version = l.version + 1
        where l.id = $1
       returning *)
     select ${columns} from l`,
    [id, update.status, update.lostReason, update.isClosed],
  )
  return row ?? null
}

/** Gives a lead to a person. */
export async function updateAssignee(
  tx: TenantTx,
  id: string,
  assigneeId: string,
  status: LeadStatus,
): Promise<LeadRow | null> {
  const [row] = await tx.query<LeadRow>(
    `with l as (
       update dealer_ops.lead l
          set assignee_id = $2, status = $3, version = l.version + 1
        where l.id = $1
       returning *)
     select ${columns} from l`,
    [id, assigneeId, status],
  )
  return row ?? null
}

/** Notes the first answer of a person, unless one is noted, and the status that follows. */
export async function updateFirstResponse(
  tx: TenantTx,
  id: string,
  status: LeadStatus,
): Promise<LeadRow | null> {
  const [row] = await tx.query<LeadRow>(
    `with l as (
       update dealer_ops.lead l
          set first_response_at = coalesce(l.first_response_at, clock_timestamp()),
              status = $2,
              version = l.version + 1
        where l.id = $1
       returning *)
     select ${columns} from l`,
    [id, status],
  )
  return row ?? null
}
