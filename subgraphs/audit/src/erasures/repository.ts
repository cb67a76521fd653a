import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { SubjectType } from '@autora/shared/vault'
import type { ErasureRow, NewErasure } from './entity.js'

const columns = `
  e.id, e.subject_type, e.subject_id, e.reason, e.basis, e.asked_by, e.confirmed_by, e.key_id, e.values_count,
  ${exactTime('e.asked_at')} as asked_at, ${exactTime('e.erased_at')} as erased_at,
  (select t.id::text from audit.event t
    where t.tenant_id = e.tenant_id and t.target_id = e.id and t.action = 'subject.erased' limit 1) as event_sequence`

/** One page of erasures, newest first, one row more than asked for. */
export async function listErasures(tx: TenantTx, page: PageRequest): Promise<ErasureRow[]> {
  const values: SqlValue[] = [page.limit + 1, ...(page.before ? [page.before.at, page.before.id] : [])]
  return tx.query<ErasureRow>(
    `select ${columns} from audit.erasure e
      where ${page.before ? '(e.asked_at, e.id) < ($2::timestamptz, $3::uuid)' : 'true'}
      order by e.asked_at desc, e.id desc limit $1`,
    values,
  )
}

/** One erasure, or null: absent and foreign alike. */
export async function findErasure(tx: TenantTx, id: string): Promise<ErasureRow | null> {
  const [row] = await tx.query<ErasureRow>(`select ${columns} from audit.erasure e where e.id = $1`, [id])
  return row ?? null
}

/** Whether values of this person are, or may be, kept under a key of his. */
export async function hasKey(tx: TenantTx, type: SubjectType, id: string): Promise<boolean> {
  const rows = await tx.query(
    'select from sec.subject_key(null, $1, $2) k where k.key_id is not null and k.destroyed_at is null',
    [type, id],
  )
  return rows.length > 0
}

/** Whether a legal hold covers the person. */
export async function isHeld(tx: TenantTx, subjectId: string): Promise<boolean> {
  const [row] = await tx.query<{ held: boolean }>(
    'select audit.is_held(sec.tenant_id(), $1::uuid, null, null) as held',
    [subjectId],
  )
  return row?.held !== false
}

/** Writes a request. */
export async function insertErasure(tx: TenantTx, one: NewErasure): Promise<void> {
  await tx.query(
    'insert into audit.erasure (id, subject_type, subject_id, reason, basis) values ($1, $2, $3, $4, $5)',
    [one.id, one.subjectType, one.subjectId, one.reason, one.basis],
  )
}

/**
 * Destroys the key and the values of a request's person.
 * @throws the database's refusal: nobody else asked, it was too long ago, or a hold covers the person.
 */
export async function carryOut(tx: TenantTx, id: string): Promise<void> {
  await tx.query('select audit.erase_subject($1)', [id])
}
