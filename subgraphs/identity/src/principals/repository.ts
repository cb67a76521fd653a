import type { TenantTx } from '@autora/shared/database'
import { nextPolicyChange, policyFacts } from '../access-policies/index.js'
import type { ExternalFacts, MembershipFacts } from './entity.js'

const membershipFacts = `select m.id as "membershipId",
        m.version as "membershipVersion",
        m.tenant_id as "tenantId",
        m.user_id as "userId",
        m.role,
        u.status as "userStatus",
        g.status as "groupStatus",
        m.store_id as "storeId",
        s.status as "storeStatus",
        $3::timestamptz >= m.valid_from and $3 < m.valid_to as "isWithinTime",
        case when se.id is not null then se.ended_at is null and $3 < se.expires_at end as "isSessionLive",
        sg.id as "grantId",
        sg.tenant_id as "grantTenantId",
        sg.kind as "grantKind",
        sg.pii_level as "grantPiiLevel",
        sg.capabilities as "grantCapabilities",
        sg.store_ids as "grantStoreIds",
        case when sg.status = 'APPROVED' and $3 >= sg.starts_at and $3 < sg.expires_at
             then identity.grant_is_signed(sg.id) else false end as "isGrantActive",
        gg.status as "grantGroupStatus",
        ${policyFacts('coalesce(sg.tenant_id, m.tenant_id)', '$3::timestamptz')},
        nullif(least(m.valid_to, se.expires_at, sg.expires_at,
          ${nextPolicyChange('coalesce(sg.tenant_id, m.tenant_id)', '$3::timestamptz')}), 'infinity') as "validUntil"
   from identity.membership m
   join identity.user_account u on u.tenant_id = m.tenant_id and u.id = m.user_id
   left join identity.dealer_group g on g.tenant_id = m.tenant_id
   left join identity.store s on s.tenant_id = m.tenant_id and s.id = m.store_id
   left join identity.session se
     on se.tenant_id = m.tenant_id and se.id = $4 and se.membership_id = m.id
    and se.support_grant_id is not distinct from $2
   left join identity.support_grant sg on sg.id = $2 and sg.user_id = m.user_id
   left join identity.dealer_group gg on gg.tenant_id = sg.tenant_id
  where m.id = $1`

/** Everything that decides about a membership and the grant named with it, in one statement. */
export async function findMembershipFacts(
  tx: TenantTx,
  asked: {
    readonly membershipId: string
    readonly sessionId: string | null
    readonly grantId: string | null
  },
  now: Date,
): Promise<MembershipFacts | undefined> {
  const [facts] = await tx.query<MembershipFacts>(membershipFacts, [
    asked.membershipId,
    asked.grantId,
    now,
    asked.sessionId,
  ])
  return facts
}

/** Who a subject is: within the tenant of the provider, and nowhere else. */
export async function findExternalFacts(
  tx: TenantTx,
  asked: { readonly providerId: string; readonly subject: string },
  now: Date,
): Promise<ExternalFacts | undefined> {
  const [facts] = await tx.query<ExternalFacts>(
    `select e.user_id as "userId",
            e.tenant_id as "tenantId",
            p.id as "providerId",
            p.version as "providerVersion",
            p.status as "providerStatus",
            (select coalesce(json_agg(json_build_object('id', m.id, 'version', m.version)), '[]')
               from identity.membership m
              where m.tenant_id = e.tenant_id and m.user_id = e.user_id
                and $3::timestamptz >= m.valid_from and $3 < m.valid_to) as memberships
       from identity.external_identity e
       join identity.identity_provider p on p.tenant_id = e.tenant_id and p.id = e.provider_id
      where p.id = $1 and e.subject = $2 and e.ended_at is null`,
    [asked.providerId, asked.subject, now],
  )
  return facts
}
