import type { TenantTx } from '@autora/shared/database'
import type { Scope } from '../scope.js'
import { type LegalEntityRow, MOST_LEGAL_ENTITIES } from './entity.js'

const columns = `
  e.id,
  e.tenant_id as "tenantId",
  e.name,
  e.country,
  e.registration_number as "registrationNumber",
  e.information_officer as "informationOfficer",
  e.officer_registration_ref as "officerRegistrationRef",
  e.stores_identity_numbers as "storesIdentityNumbers",
  e.version`

/** Legal entities by id. */
export const findLegalEntities = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<LegalEntityRow>(
    `select ${columns}
       from identity.legal_entity e
      where e.id = any($1::uuid[])
        and ($2::uuid is null or e.tenant_id = $2)`,
    [ids, scope.tenantId],
  )

/** Legal entities of some groups, by name, at most `MOST_LEGAL_ENTITIES` of each. */
export const findLegalEntitiesOf = (tx: TenantTx, scope: Scope, tenantIds: readonly string[]) =>
  tx.query<LegalEntityRow>(
    `select ${columns}
       from unnest($1::uuid[]) as wanted(tenant_id)
      cross join lateral (
        select *
          from identity.legal_entity one
         where one.tenant_id = wanted.tenant_id
           and ($2::uuid is null or one.tenant_id = $2)
         order by one.name, one.id
         limit $3
      ) e
      order by e.name, e.id`,
    [tenantIds, scope.tenantId, MOST_LEGAL_ENTITIES],
  )

/** One legal entity, locked until the transaction ends. */
export async function lockLegalEntity(
  tx: TenantTx,
  scope: Scope,
  id: string,
): Promise<LegalEntityRow | undefined> {
  const [row] = await tx.query<LegalEntityRow>(
    `select ${columns}
       from identity.legal_entity e
      where e.id = $1
        and ($2::uuid is null or e.tenant_id = $2)
        for update`,
    [id, scope.tenantId],
  )
  return row
}

/** Writes a legal entity. */
export async function insertLegalEntity(
  tx: TenantTx,
  entity: Omit<LegalEntityRow, 'version' | 'storesIdentityNumbers'>,
): Promise<void> {
  await tx.query(
    `insert into identity.legal_entity
       (tenant_id, id, name, country, registration_number, information_officer, officer_registration_ref)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entity.tenantId,
      entity.id,
      entity.name,
      entity.country,
      entity.registrationNumber,
      entity.informationOfficer,
      entity.officerRegistrationRef,
    ],
  )
}

/** Writes a legal entity that was locked. */
export async function updateLegalEntity(
  tx: TenantTx,
  entity: LegalEntityRow,
): Promise<LegalEntityRow | undefined> {
  const [row] = await tx.query<LegalEntityRow>(
    `with e as (
       update identity.legal_entity
          set name = $3, registration_number = $4, information_officer = $5, officer_registration_ref = $6,
              stores_identity_numbers = $7, version = version + 1
        where tenant_id = $1 and id = $2
       returning *)
     select ${columns} from e`,
    [
      entity.tenantId,
      entity.id,
      entity.name,
      entity.registrationNumber,
      entity.informationOfficer,
      entity.officerRegistrationRef,
      entity.storesIdentityNumbers,
    ],
  )
  return row
}
