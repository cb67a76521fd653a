/**
 * SQL: what the maker of a key holds now, as one row `(is_wide, store_ids, membership_ids, valid_to)`. A Dealer Admin of the group holds his
 * stores, or all of them; a platform owner all; anybody else nothing.
 *
 * @param tenant - expression of the key's tenant.
 * @param creator - expression of the user who made the key.
 * @param now - expression of the time it is asked for.
 */
export const creatorHolds = (tenant: string, creator: string, now: string): string => `
  select coalesce(bool_or(m.store_id is null), false) as is_wide,
         coalesce(array_agg(m.store_id) filter (where m.store_id is not null), '{}') as store_ids,
         coalesce(array_agg(m.id), '{}') as membership_ids,
         min(m.valid_to) as valid_to
    from identity.membership m
    join identity.user_account u on u.tenant_id = m.tenant_id and u.id = m.user_id and u.status = 'ACTIVE'
   where m.user_id = ${creator}
     and m.tenant_id in (${tenant}, '00000000-0000-0000-0000-000000000000')
     and m.role in ('DEALER_ADMIN', 'PLATFORM_OWNER')
     and ${now} >= m.valid_from and ${now} < m.valid_to`
