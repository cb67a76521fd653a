import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { ExportFilter } from './entity.js'
import type { ExportRequestRow } from './request-entity.js'

const columns = `
  r.id, r.format, r.actions, r.reason, r.asked_by as "askedBy", r.decided_by as "decidedBy", r.is_approved as "isApproved",
  ${exactTime('r.from_time')} as "from", ${exactTime('r.to_time')} as "to", ${exactTime('r.asked_at')} as "askedAt",
  ${exactTime('r.decided_at')} as "decidedAt", ${exactTime('r.downloaded_at')} as "downloadedAt"`

/** One page of requests, newest first, one row more than asked for. */
export async function listRequests(tx: TenantTx, page: PageRequest): Promise<ExportRequestRow[]> {
  const values: SqlValue[] = [page.limit + 1, ...(page.before ? [page.before.at, page.before.id] : [])]
  return tx.query<ExportRequestRow>(
    `select ${columns} from audit.export_request r
      where ${page.before ? '(r.asked_at, r.id) < ($2::timestamptz, $3::uuid)' : 'true'}
      order by r.asked_at desc, r.id desc limit $1`,
    values,
  )
}

/** One request, or null: absent and foreign alike. */
export async function findRequest(tx: TenantTx, id: string): Promise<ExportRequestRow | null> {
  const [row] = await tx.query<ExportRequestRow>(
    `select ${columns} from audit.export_request r where r.id = $1`,
    [id],
  )
  return row ?? null
}

/** Writes a request. */
export async function insertRequest(
  tx: TenantTx,
  { id, reason, format, from, to, actions }: ExportFilter & { readonly id: string; readonly reason: string },
): Promise<void> {
  await tx.query(
    `insert into audit.export_request (id, format, from_time, to_time, actions, reason)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, format, from, to, actions, reason],
  )
}

/** Says yes or no. @throws the database's refusal: one's own request, too late, or decided already. */
export async function decideRequest(tx: TenantTx, id: string, approves: boolean): Promise<void> {
  await tx.query('select audit.decide_export($1, $2)', [id, approves])
}

/** Takes an approved export, once. @throws the database's refusal: taken already, too late, or somebody else's. */
export async function takeRequest(tx: TenantTx, id: string): Promise<void> {
  await tx.query('select audit.take_export($1)', [id])
}
