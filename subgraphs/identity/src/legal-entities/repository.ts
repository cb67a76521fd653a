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
  e.officer_registration_ref as "officerRegistrationRef"`

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
