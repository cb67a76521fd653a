import type { SqlValue, TenantTx } from '../database/index.js'
import { checkedDetail } from './actions/detail.js'
import { shapeOf } from './actions/index.js'
import { type EventName, events } from './events.js'
import { type Committed, commitPersonal, type PersonalFields } from './personal.js'

/** What was done. Who, when and in which transaction are set by the database from the sealed context. */
export interface AuditEntry {
  readonly targetId: string
  /** Store of the target; null for things of the whole group. */
  readonly storeId: string | null
  /** Ids, states and counts, as the catalogue declares them. Never personal data: an event cannot be taken back. */
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
 *
 * @throws {TypeError} when the detail is not what the catalogue declares: a fault of the code, and the deed fails.
 * @throws {Error} when the database did not add exactly one row: something there swallows events.
 */
export async function recordAudit(tx: TenantTx, event: EventName, entry: AuditEntry): Promise<void> {
  const { outcome = 'ALLOW', storeId, targetId, detail = {}, tenantId, personal } = entry
  const head = [event, shapeOf(event).version, outcome, storeId, events[event], targetId] as const
  if (!personal) {
    const values = [...head, checkedDetail(event, detail)]
    const added = await tx.query(...insertOf(tenantId === undefined ? values : [...values, tenantId]))
    if (added.length !== 1) throw new Error(`the trail took ${added.length} rows for one event`)
    return
  }
  const committed = await commitPersonal(tx, tenantId, personal)
  const text = checkedDetail(event, { ...detail, personal: committed.commitments })
  await insertWithValues(tx, [...head, text, tenantId ?? committed.tenantId ?? null], personal, committed)
}

const columns = 'action, action_version, outcome, store_id, target_type, target_id, detail'

/** Statement and parameters of an event alone; with an eighth value, the tenant is named. */
const insertOf = (values: readonly SqlValue[]): [string, SqlValue[]] =>
  values.length === 7
    ? [`insert into audit.event (${columns}) values ($1, $2, $3, $4, $5, $6, $7) returning 1`, [...values]]
    : [
        `insert into audit.event (${columns}, tenant_id) values ($1, $2, $3, $4, $5, $6, $7, $8) returning 1`,
        [...values],
      ]

/** Event and values in one statement: no round trip more than an event alone. */
async function insertWithValues(
  tx: TenantTx,
  event: readonly (string | number | null)[],
  { subject }: PersonalFields,
  { tenantId, values }: Committed,
): Promise<void> {
  const added = await tx.query(
    `with told as (
       insert into audit.event (${columns}, tenant_id)
       values ($1, $2::smallint, $3, $4::uuid, $5, $6::uuid, $7::jsonb, $8::uuid) returning 1),
     kept as (
       insert into audit.side_value (tenant_id, subject_type, subject_id, commitment, field, ciphertext)
       select $9::uuid, $10, $11::uuid, v.commitment, v.field, v.ciphertext
         from unnest($12::bytea[], $13::text[], $14::bytea[]) v (commitment, field, ciphertext))
     select from told`,
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
  if (added.length !== 1) throw new Error(`the trail took ${added.length} rows for one event`)
}
