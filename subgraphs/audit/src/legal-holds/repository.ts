import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { LegalHoldRow, NewLegalHold } from './entity.js'

const columns = `
  id, tenant_id, scope, subject_type, subject_id, ${exactTime('period_from')} as period_from,
  ${exactTime('period_to')} as period_to, incident_id, reason, placed_by, placed_principal,
  ${exactTime('placed_at')} as placed_at, release_asked_by, release_reason, released_by,
  ${exactTime('released_at')} as released_at`

/** One page of holds, newest first, one row more than asked for. */
export async function listHolds(tx: TenantTx, page: PageRequest): Promise<LegalHoldRow[]> {
  const values: SqlValue[] = [page.limit + 1, ...(page.before ? [page.before.at, page.before.id] : [])]
  return tx.query<LegalHoldRow>(
    `select ${columns} from audit.legal_hold
      where ${page.before ? '(placed_at, id) < ($2::timestamptz, $3::uuid)' : 'true'}
      order by placed_at desc, id desc limit $1`,
    values,
  )
}

/** A hold that the caller can see, locked until the transaction ends; null: absent and foreign alike. */
export async function lockHold(tx: TenantTx, id: string): Promise<LegalHoldRow | null> {
  const [row] = await tx.query<LegalHoldRow>(
    `select ${columns} from audit.legal_hold where id = $1 for update`,
    [id],
  )
  return row ?? null
}

/** Writes a new hold. */
export async function insertHold(tx: TenantTx, hold: NewLegalHold): Promise<LegalHoldRow | null> {
  const [row] = await tx.query<LegalHoldRow>(
    `insert into audit.legal_hold
       (tenant_id, scope, subject_type, subject_id, period_from, period_to, incident_id, reason)
     values (coalesce($1, sec.tenant_id()), $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
    [
      hold.tenantId,
      hold.scope,
      hold.subject?.type ?? null,
      hold.subject?.id ?? null,
      hold.period?.from ?? null,
      hold.period?.to ?? null,
      hold.incidentId,
      hold.reason,
    ],
  )
  return row ?? null
}

/** Asks for the release; who asks is set by the database. */
export async function askRelease(tx: TenantTx, id: string, reason: string): Promise<LegalHoldRow | null> {
  const [row] = await tx.query<LegalHoldRow>(
    `update audit.legal_hold set release_asked_by = sec.actor_id(), release_reason = $2 where id = $1
     returning ${columns}`,
    [id, reason],
  )
  return row ?? null
}

/** Releases; who and when are set by the database, which compares him with who asked. */
export async function release(tx: TenantTx, id: string, reason: string): Promise<LegalHoldRow | null> {
  const [row] = await tx.query<LegalHoldRow>(
    `update audit.legal_hold set released_by = sec.actor_id(), released_at = clock_timestamp(), release_reason = $2
      where id = $1 returning ${columns}`,
    [id, reason],
  )
  return row ?? null
}

/** The dealer group of an incident that the caller can see. */
export async function groupOfIncident(tx: TenantTx, id: string): Promise<string | null> {
  const [row] = await tx.query<{ tenant_id: string }>('select tenant_id from audit.incident where id = $1', [
    id,
  ])
  return row?.tenant_id ?? null
}
