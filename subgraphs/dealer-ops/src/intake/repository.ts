import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import { pageValues } from '../pages.js'
import type { IntakeRow, IntakeState, NewPayload, Outcome, SealedIntakeRow } from './entity.js'

const columns = `
  p.id,
  p.store_id as "storeId",
  p.app_id as "appId",
  p.format,
  p.state,
  p.reason_code as "reasonCode",
  p.reason,
  p.diagnostics,
  p.lead_ids as "leadIds",
  p.deliveries,
  ${exactTime('p.received_at')} as at`

/** The store with this code among those the caller can see, or null. */
export async function selectStoreByCode(tx: TenantTx, code: string): Promise<string | null> {
  const [store] = await tx.query<{ id: string }>('select s.id from identity.store s where s.code = $1', [
    code,
  ])
  return store?.id ?? null
}

/** Keeps a document. @returns false when the same application sent the same document to the store before. */
export async function insertPayload(tx: TenantTx, payload: NewPayload): Promise<boolean> {
  const { storeId, id, fingerprint, sizeBytes, ciphertext } = payload
  const inserted = await tx.query(
    `insert into dealer_ops.intake_payload (store_id, id, format, fingerprint, size_bytes, ciphertext)
     values ($1, $2, 'ADF', $3, $4, $5)
     on conflict (tenant_id, store_id, app_id, fingerprint) do nothing
     returning id`,
    [storeId, id, fingerprint, sizeBytes, ciphertext],
  )
  return inserted.length === 1
}

/** Counts another delivery of a document that is there already. @returns its id. */
export async function updateDeliveries(
  tx: TenantTx,
  storeId: string,
  fingerprint: Buffer,
): Promise<string | null> {
  const [known] = await tx.query<{ id: string }>(
    `with p as (
       update dealer_ops.intake_payload p
          set deliveries = p.deliveries + 1
        where p.store_id = $1 and p.app_id = (select sec.app_id()) and p.fingerprint = $2
       returning p.id)
     select id from p`,
    [storeId, fingerprint],
  )
  return known?.id ?? null
}

/** One document, held until the transaction ends: two deliveries of it are worked on one after the other. */
export async function lockPayload(tx: TenantTx, id: string): Promise<SealedIntakeRow | null> {
  const [payload] = await tx.query<SealedIntakeRow>(
    `select ${columns}, p.ciphertext from dealer_ops.intake_payload p where p.id = $1 for update`,
    [id],
  )
  return payload ?? null
}

/** Writes down what became of a document. */
export async function updateOutcome(tx: TenantTx, id: string, outcome: Outcome): Promise<IntakeRow | null> {
  const { state, reasonCode, reason, diagnostics, leadIds } = outcome
  const [payload] = await tx.query<IntakeRow>(
    `with p as (
       update dealer_ops.intake_payload p
          set state = $2,
              reason_code = $3,
              reason = $4,
              diagnostics = $5::jsonb,
              lead_ids = $6::uuid[],
              attempts = p.attempts + 1,
              processed_at = clock_timestamp()
        where p.id = $1
       returning *)
     select ${columns} from p`,
    [id, state, reasonCode, reason, JSON.stringify(diagnostics), leadIds],
  )
  return payload ?? null
}

/** One page of documents, newest first, one row more than asked for. */
export const selectPayloads = (
  tx: TenantTx,
  { storeId, state }: { readonly storeId: string | null; readonly state: IntakeState | null },
  page: PageRequest,
): Promise<IntakeRow[]> =>
  tx.query<IntakeRow>(
    `select ${columns}
       from dealer_ops.intake_payload p
      where ($1::uuid is null or p.store_id = $1)
        and ($2::text is null or p.state = $2)
        and ($3::timestamptz is null or (p.received_at, p.id) < ($3::timestamptz, $4::uuid))
      order by p.received_at desc, p.id desc
      limit $5`,
    [storeId, state, ...pageValues(page)],
  )
