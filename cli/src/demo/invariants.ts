import type { Client } from 'pg'
import { closedStates, successors } from './lead-states.js'

/** A sentence about the data, and a query that finds the rows for which it is not true. `$1` is the end of time. */
interface Invariant {
  readonly says: string
  readonly offenders: string
}

const key = 'tenant_id, store_id'
const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ')
const moves = Object.entries(successors).flatMap(([from, next]) => next.map((to) => `('${from}', '${to}')`))

const invariants: readonly Invariant[] = [
  {
    says: 'a history starts as NEW when the lead comes in, goes on from where it was, step by step of the state machine',
    offenders: `
      select from (
        select c.*, lag(to_status) over w as before, lag(changed_at) over w as before_at, l.received_at
          from dealer_ops.lead_status_change c join dealer_ops.lead l using (tenant_id, store_id)
         where l.id = c.lead_id window w as (partition by c.tenant_id, c.store_id, c.lead_id order by c.position)) h
       where case when position = 1 then from_status is not null or to_status <> 'NEW' or changed_at <> received_at
             else from_status is distinct from before or changed_at < before_at
               or (from_status, to_status) not in (values ${moves.join(', ')}) end`,
  },
  {
    says: 'a lead has the status and the number of versions that its history ends with',
    offenders: `
      select from dealer_ops.lead l left join (
        select ${key}, lead_id as id, max(position) as steps, (array_agg(to_status order by position desc))[1] as status
          from dealer_ops.lead_status_change group by ${key}, lead_id) h using (${key}, id)
       where h.status is distinct from l.status or h.steps is distinct from l.version`,
  },
  {
    says: 'instants of a lead follow each other and it is closed when its status says so',
    offenders: `
      select from dealer_ops.lead
       where first_response_at < received_at or sla_due_at <= received_at or closed_at < received_at
          or requested_at > received_at or sla_due_at is null
          or (closed_at is not null) <> (status in (${quoted(closedStates)}))
          or greatest(received_at, first_response_at, closed_at) > $1`,
  },
  {
    says: 'the first response is the first message that a human sent, and the moment of becoming CONTACTED',
    offenders: `
      select from dealer_ops.lead l
        left join (select c.tenant_id, c.store_id, c.lead_id as id, min(m.sent_at) as answered_at
                     from dealer_ops.conversation c join dealer_ops.message m using (${key})
                    where m.conversation_id = c.id and m.direction = 'OUTBOUND' and not m.is_automatic
                    group by c.tenant_id, c.store_id, c.lead_id) m using (${key}, id)
        left join (select ${key}, lead_id as id, changed_at
                     from dealer_ops.lead_status_change where to_status = 'CONTACTED') s using (${key}, id)
       where l.first_response_at is distinct from m.answered_at
          or l.first_response_at is distinct from s.changed_at`,
  },
  {
    says: 'a conversation belongs to a lead of its store and ends with its last message',
    offenders: `
      select from dealer_ops.conversation c
        left join dealer_ops.lead l on (l.tenant_id, l.store_id, l.id) = (c.tenant_id, c.store_id, c.lead_id)
        left join (select ${key}, conversation_id as id, min(sent_at) as first_at, max(sent_at) as last_at
                     from dealer_ops.message group by ${key}, conversation_id) m
          on (m.tenant_id, m.store_id, m.id) = (c.tenant_id, c.store_id, c.id)
       where l.id is null or c.last_message_at is distinct from m.last_at
          or m.first_at < l.received_at or m.last_at > $1`,
  },
  {
    says: 'who visited had an appointment that took place, and no appointment was made before its lead came',
    offenders: `
      select from dealer_ops.appointment a join dealer_ops.lead l using (${key})
       where l.id = a.lead_id and (a.created_at < l.received_at or a.created_at > $1
          or (a.status in ('COMPLETED', 'CHECKED_IN')) <> exists (
            select from dealer_ops.lead_status_change s
             where (s.tenant_id, s.store_id, s.lead_id, s.to_status) = (l.tenant_id, l.store_id, l.id, 'VISITED')))`,
  },
  {
    says: 'a customer has a lead and belongs to the legal entity of his store',
    offenders: `
      select from dealer_ops.customer c join identity.store s on s.tenant_id = c.tenant_id and s.id = c.store_id
       where c.legal_entity_id <> s.legal_entity_id or not exists (
         select from dealer_ops.lead l
          where (l.tenant_id, l.store_id, l.customer_id) = (c.tenant_id, c.store_id, c.id))`,
  },
  {
    says: 'a lead is assigned to somebody who works in its store',
    offenders: `
      select from dealer_ops.lead l where assignee_id is not null and not exists (
        select from identity.membership m
         where m.tenant_id = l.tenant_id and m.user_id = l.assignee_id and m.store_id = l.store_id and m.valid_to > $1)`,
  },
  {
    says: 'every lead has exactly one event that tells of its creation, at the moment it came in',
    offenders: `
      select from dealer_ops.lead l full join (
        select * from audit.event where action = 'lead.created' and xid = pg_current_xact_id()) e
          on e.tenant_id = l.tenant_id and e.store_id = l.store_id and e.target_id = l.id
       group by l.tenant_id, l.id having count(e.id) <> 1 or min(e.recorded_at) <> min(l.received_at)`,
  },
]

/**
 * Checks the loaded network as a whole, within the transaction that loaded it.
 *
 * @param now - the moment of seeding.
 * @throws {Error} naming every sentence that is not true, with the number of rows that contradict it.
 */
export async function assertInvariants(db: Client, now: Date): Promise<void> {
  const broken: string[] = []
  for (const { says, offenders } of invariants) {
    const usesNow = offenders.includes('$1')
    const { rowCount } = await db.query(offenders, usesNow ? [now] : [])
    if (rowCount !== 0) broken.push(`${says}: ${rowCount} rows contradict`)
  }
  if (broken.length > 0)
    throw new Error(`The demo network is not sound, nothing was kept. ${broken.join('; ')}`)
}
