import type { TenantTx } from '@autora/shared/database'
import type { TallyRow } from './entity.js'

/** The tallies of some grants, those the caller can see. */
export const tallies = (tx: TenantTx, grantIds: readonly string[]) =>
  tx.query<TallyRow>(
    `select t.grant_id, t.measure, t.name, t.amount::float8 as amount, t.first_at, t.last_at,
            audit.grant_ended_at(t.tenant_id, t.grant_id) as ended_at
       from audit.support_tally t
      where t.grant_id = any($1::uuid[])
      order by t.grant_id, t.measure, t.name`,
    [grantIds],
  )
