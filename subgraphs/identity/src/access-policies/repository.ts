import type { PolicyValues } from '@autora/shared/access'
import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import type { PolicyVersionRow } from './entity.js'
import { knobColumns } from './in-force.js'

const columns = `
  p.tenant_id as "tenantId",
  p.version,
  ${knobColumns('p')
    .map(([name, column]) => `${column} as "${name}"`)
    .join(', ')},
  p.effective_from as "effectiveFrom",
  ${exactTime('p.published_at')} as "publishedAt",
  p.published_by as "publishedBy",
  p.approval_id as "approvalId",
  p.reason`

/** The versions of some groups that hold at a time, and all newer ones, oldest first. */
export const selectStandingVersions = (tx: TenantTx, scope: Scope, tenantIds: readonly string[], at: Date) =>
  tx.query<PolicyVersionRow>(
    `select ${columns}
       from identity.access_policy_version p
      where p.tenant_id = any($1::uuid[])
        and ($2::uuid is null or p.tenant_id = $2)
        and p.version >= coalesce((
          select max(c.version)
            from identity.access_policy_version c
           where c.tenant_id = p.tenant_id and c.effective_from <= $3), 0)
      order by p.version`,
    [tenantIds, scope.tenantId, at],
  )

/** A page of the versions of a group and one more, newest first. */
export const pageOfVersions = (tx: TenantTx, scope: Scope, tenantId: string, page: PageRequest) =>
  tx.query<PolicyVersionRow>(
    `select ${columns}
       from identity.access_policy_version p
      where p.tenant_id = $1
        and ($2::uuid is null or p.tenant_id = $2)
        and ($3::timestamptz is null or (p.published_at, p.version) < ($3, $4::numeric))
      order by p.published_at desc, p.version desc
      limit $5`,
    [tenantId, scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** A version that shall be published. */
export interface NewPolicyVersion {
  readonly tenantId: string
  readonly version: number
  readonly values: PolicyValues
  readonly effectiveFrom: Date
  readonly approvalId: string | null
  readonly reason: string | null
}

/** Adds a version. A number that is taken is refused as CONFLICT. */
export async function insertVersion(tx: TenantTx, next: NewPolicyVersion): Promise<void> {
  const { values } = next
  await tx.query(
    `insert into identity.access_policy_version
       (tenant_id, version, marketing_contact, sales_lead_visibility, reveal, export, lead_retention_months,
        effective_from, approval_id, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      next.tenantId,
      next.version,
      values.marketingContact,
      values.salesLeadVisibility,
      values.reveal,
      values.export,
      values.leadRetentionMonths,
      next.effectiveFrom,
      next.approvalId,
      next.reason,
    ],
  )
}
