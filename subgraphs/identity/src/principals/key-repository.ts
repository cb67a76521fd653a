import type { TenantTx } from '@autora/shared/database'
import { nextPolicyChange, policyFacts } from '../access-policies/index.js'
import { creatorHolds } from '../creator.js'
import type { KeyFacts, KeyQuestion } from './entity.js'

const facts = `
  select k.id as "keyId",
         k.tenant_id as "tenantId",
         k.app_id as "appId",
         k.scopes,
         array(select s.id
                 from identity.store s
                where s.tenant_id = k.tenant_id and s.id = any(k.store_ids) and s.status = 'ACTIVE'
                  and (c.is_wide or s.id = any(c.store_ids))
                order by s.id) as "storeIds",
         case when cardinality(k.store_ids) = 1 then k.store_ids[1] end as "soleStoreId",
         k.purpose,
         identity.key_matches(k.id, $2) as "hasMatched",
         coalesce(k.not_before > $3::timestamptz, false) as "isTooEarly",
         k.expires_at <= $3 as "isExpired",
         k.revoked_at is not null as "isRevoked",
         c.is_wide or c.store_ids && k.store_ids as "isBacked",
         (cardinality(k.ip_allow) = 0 or coalesce($4::inet <<= any(k.ip_allow::inet[]), false))
           and (cardinality(k.ip_deny) = 0 or coalesce(not $4::inet <<= any(k.ip_deny::inet[]), false))
           as "isAddressAllowed",
         a.status as "appStatus",
         g.status as "groupStatus",
         k.rate_per_second as "perSecond",
         k.rate_per_day as "perDay",
         coalesce(r.per_second, 0) as "mostPerSecond",
         coalesce(r.per_day, 0) as "mostPerDay",
         k.proof_thumbprint as "jkt",
         k.created_by as "backedBy",
         c.membership_ids as "backing",
         nullif(least(k.expires_at, c.valid_to,
           ${nextPolicyChange('k.tenant_id', '$3::timestamptz')}), 'infinity') as "validUntil",
         ${policyFacts('k.tenant_id', '$3::timestamptz')}
    from identity.api_key k
    join identity.partner_app a on a.tenant_id = k.tenant_id and a.id = k.app_id
    join identity.dealer_group g on g.tenant_id = k.tenant_id
   cross join lateral (${creatorHolds('k.tenant_id', 'k.created_by', '$3::timestamptz')}) c
   cross join lateral (
          select max(o.rate_per_second) as per_second, max(o.rate_per_day) as per_day
            from identity.api_key o
           where o.tenant_id = k.tenant_id and o.app_id = k.app_id and o.revoked_at is null and o.expires_at > $3) r
   where k.id = $1`

/** Everything that decides about a key, in one statement. Its MAC is compared inside the database. */
export async function findKeyFacts(
  tx: TenantTx,
  { keyId, mac, address }: KeyQuestion,
  now: Date,
): Promise<KeyFacts | undefined> {
  const [found] = await tx.query<KeyFacts>(facts, [keyId, mac, now, address])
  return found
}

/**
 * Notes that a key was used, or refused for a reason. Moves forward only, and only when a new minute has begun.
 *
 * @returns whether this was the first of its minute.
 */
export async function noteKeyUse(
  tx: TenantTx,
  { tenantId, keyId }: Pick<KeyFacts, 'tenantId' | 'keyId'>,
  outcome: string,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into identity.api_key_use as u (tenant_id, key_id, outcome, at)
     values ($1, $2, $3, $4)
     on conflict (tenant_id, key_id, outcome) do update set at = excluded.at
      where date_trunc('minute', u.at) < date_trunc('minute', excluded.at)
     returning u.key_id`,
    [tenantId, keyId, outcome, at],
  )
  return rows.length > 0
}
