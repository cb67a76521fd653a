import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import type { PartnerAppChanges, PartnerAppRow } from './entity.js'

const columns = `
  a.id,
  a.tenant_id as "tenantId",
  a.legal_entity_id as "legalEntityId",
  a.name,
  a.status,
  ${exactTime('a.created_at')} as "createdAt"`

/** Applications by id. */
export const findPartnerApps = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<PartnerAppRow>(
    `select ${columns}
       from identity.partner_app a
      where a.id = any($1::uuid[])
        and ($2::uuid is null or a.tenant_id = $2)`,
    [ids, scope.tenantId],
  )

/** A page of applications and one more, newest first. */
export const pageOfPartnerApps = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<PartnerAppRow>(
    `select ${columns}
       from identity.partner_app a
      where ($1::uuid is null or a.tenant_id = $1)
        and ($2::timestamptz is null or (a.created_at, a.id) < ($2, $3::uuid))
      order by a.created_at desc, a.id desc
      limit $4`,
    [scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** One application, locked until the transaction ends. */
export async function lockPartnerApp(
  tx: TenantTx,
  scope: Scope,
  id: string,
): Promise<PartnerAppRow | undefined> {
  const [row] = await tx.query<PartnerAppRow>(
    `select ${columns}
       from identity.partner_app a
      where a.id = $1
        and ($2::uuid is null or a.tenant_id = $2)
        for update`,
    [id, scope.tenantId],
  )
  return row
}

/** Writes an application of a legal entity that the caller can see. @returns undefined when he sees none of this id. */
export async function insertPartnerApp(
  tx: TenantTx,
  scope: Scope,
  app: { readonly id: string; readonly name: string; readonly legalEntityId: string },
): Promise<PartnerAppRow | undefined> {
  const [row] = await tx.query<PartnerAppRow>(
    `with a as (
       insert into identity.partner_app (tenant_id, id, legal_entity_id, name)
       select e.tenant_id, $2, e.id, $3
         from identity.legal_entity e
        where e.id = $1
          and ($4::uuid is null or e.tenant_id = $4)
       returning *)
     select ${columns} from a`,
    [app.legalEntityId, app.id, app.name, scope.tenantId],
  )
  return row
}

/** Changes an application. */
export async function savePartnerApp(
  tx: TenantTx,
  app: PartnerAppRow,
  changes: PartnerAppChanges,
): Promise<PartnerAppRow | undefined> {
  const [row] = await tx.query<PartnerAppRow>(
    `with a as (
       update identity.partner_app
          set name = $3, status = $4
        where tenant_id = $1 and id = $2
       returning *)
     select ${columns} from a`,
    [app.tenantId, app.id, changes.name ?? app.name, changes.status ?? app.status],
  )
  return row
}
