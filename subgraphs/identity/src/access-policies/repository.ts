import type { TenantTx } from '@autora/shared/database'
import type { Scope } from '../scope.js'
import type { AccessPolicyRow } from './entity.js'

const columns = `
  p.tenant_id as id,
  p.version,
  p.marketing_contact_masked as "marketingContactMasked"`

/** Policies of some groups; a group that never decided anything has none. */
export const findAccessPolicies = (tx: TenantTx, scope: Scope, tenantIds: readonly string[]) =>
  tx.query<AccessPolicyRow>(
    `select ${columns}
       from identity.access_policy p
      where p.tenant_id = any($1::uuid[])
        and ($2::uuid is null or p.tenant_id = $2)`,
    [tenantIds, scope.tenantId],
  )

/** The policy of a group, locked until the transaction ends. */
export async function lockAccessPolicy(tx: TenantTx, tenantId: string): Promise<AccessPolicyRow | undefined> {
  const [row] = await tx.query<AccessPolicyRow>(
    `select ${columns}
       from identity.access_policy p
      where p.tenant_id = $1
        for update`,
    [tenantId],
  )
  return row
}

/** Writes a policy over the version that was read. */
export async function saveAccessPolicy(
  tx: TenantTx,
  policy: AccessPolicyRow,
  marketingContactMasked: boolean,
  updatedBy: string,
): Promise<AccessPolicyRow | undefined> {
  const [row] = await tx.query<AccessPolicyRow>(
    `with p as (
       update identity.access_policy
          set marketing_contact_masked = $3, version = version + 1, updated_at = now(), updated_by = $4
        where tenant_id = $1 and version = $2
       returning *)
     select ${columns} from p`,
    [policy.id, policy.version, marketingContactMasked, updatedBy],
  )
  return row
}
