import type { TenantTx } from '../database/index.js'
import { type EventName, events } from './events.js'
import { type Committed, commitPersonal, type PersonalFields } from './personal.js'

/** What was done. Who, when and in which transaction are set by the database from the sealed context. */
export interface AuditEntry {
  readonly targetId: string
  /** Store of the target; null for things of the whole group. */
  readonly storeId: string | null
  /** Ids, states and counts. Never personal data: an event cannot be taken back. */
  readonly detail?: Readonly<
    Record<
      string,
      | string
      | number
      | boolean
      | null
      | readonly string[]
      | Readonly<Record<string, number | string | Readonly<Record<string, number | string>>>>
    >
  >
  /** Personal values: the event gets a commitment to each, as `detail.personal`; the values can be erased. */
  readonly personal?: PersonalFields
  /** Tenant of the target; only platform staff may name another than their own. */
  readonly tenantId?: string
  /** `DENY` for what was tried and refused; default `ALLOW`. */
  readonly outcome?: 'ALLOW' | 'DENY'
}

/**
 * Writes an event in the caller's own transaction: the change and its event happen together or not at all, and the
 * database refuses the commit of a change that has none.
 */
export async function recordAudit(tx: TenantTx, event: EventName, entry: AuditEntry): Promise<void> {
  const { outcome = 'ALLOW', storeId, targetId, detail = {}, tenantId, personal } = entry
  const values = [event, outcome, storeId, events[event], targetId]
  if (personal) {
    const committed = await commitPersonal(tx, tenantId, personal)
    const text = JSON.stringify({ ...detail, personal: committed.commitments })
    return insertWithValues(
      tx,
      [...values, text, tenantId ?? committed.tenantId ?? null],
      personal,
      committed,
    )
  }
  if (tenantId === undefined)
    await tx.query(
      `insert into audit.event (action, outcome, store_id, target_type, target_id, detail)
       values ($1, $2, $3, $4, $5, $6)`,
      [...values, JSON.stringify(detail)],
    )
  else
    await tx.query(
      `insert into audit.event (action, outcome, store_id, target_type, target_id, detail, tenant_id)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [...values, JSON.stringify(detail), tenantId],
    )
}

/** Event and values in one statement: no round trip more than an event alone. */
async function insertWithValues(
  tx: TenantTx,
  event: readonly (string | null)[],
  { subject }: PersonalFields,
  { tenantId, values }: Committed,
): Promise<void> {
  await tx.query(
    `with told as (
       insert into audit.event (action, outcome, store_id, target_type, target_id, detail, tenant_id)
       values ($1, $2, $3::uuid, $4, $5::uuid, $6::jsonb, $7::uuid))
     insert into audit.side_value (tenant_id, subject_type, subject_id, commitment, field, ciphertext)
     select $8::uuid, $9, $10::uuid, v.commitment, v.field, v.ciphertext
       from unnest($11::bytea[], $12::text[], $13::bytea[]) v (commitment, field, ciphertext)`,
    [
      ...event,
      tenantId ?? null,
      subject.type,
      subject.id,
      values.map(({ commitment }) => commitment),
      values.map(({ field }) => field),
      values.map(({ ciphertext }) => ciphertext),
    ],
  )
}
