import type { TenantTx } from '@autora/shared/database'
import type { SideValueRow } from './entity.js'

/** The kept values behind commitments, those the caller may see, with their keys: one statement for a page. */
export const findSideValues = (tx: TenantTx, commitments: readonly Buffer[]): Promise<SideValueRow[]> =>
  tx.query<SideValueRow>(
    `select v.commitment, v.subject_type, v.subject_id, v.field, v.ciphertext,
            v.tenant_id, k.wrapped_by, k.tenant_wrapped, k.key_id, k.wrapped, k.destroyed_at
       from audit.side_value v
       left join lateral sec.subject_key(v.tenant_id, v.subject_type, v.subject_id) k on v.ciphertext is not null
      where v.tenant_id = (select sec.tenant_id()) and v.commitment = any($1)`,
    [commitments],
  )
