import type { TenantTx } from '@autora/shared/database'
import type { Account } from './entity.js'

const accountRow = `
  select a.id, a.email, a.status, a.password_hash as "passwordHash",
         (extract(epoch from a.credentials_changed_at) * 1000000)::bigint::text as stamp,
         exists (select from issuer.authenticator f where f.account_id = a.id and f.removed_at is null)
           as "hasAuthenticator",
         exists (select from issuer.passkey p where p.account_id = a.id and p.removed_at is null) as "hasPasskey",
         exists (select from identity.user_account u
                   join identity.membership m on m.tenant_id = u.tenant_id and m.user_id = u.id
                  where u.account_id = a.id and u.status = 'ACTIVE' and m.role like 'PLATFORM%'
                    and clock_timestamp() >= m.valid_from and clock_timestamp() < m.valid_to) as "isPlatformStaff",
         home.tenant_id as "homeTenantId", home.user_id as "homeUserId", home.role as "homeRole"
    from issuer.account a
    left join lateral (
      select u.tenant_id, u.id as user_id, m.role
        from identity.user_account u
        left join identity.membership m on m.tenant_id = u.tenant_id and m.user_id = u.id
         and clock_timestamp() >= m.valid_from and clock_timestamp() < m.valid_to
       where u.account_id = a.id and u.status = 'ACTIVE'
       order by u.created_at, u.id, m.valid_from limit 1) home on true`

/** The account of an e-mail address, in lower case; null without one. */
export async function findAccountByEmail(tx: TenantTx, email: string): Promise<Account | null> {
  const [row] = await tx.query<Account>(`${accountRow} where a.email = $1`, [email])
  return row ?? null
}

/** An account by its id. */
export async function findAccount(tx: TenantTx, id: string): Promise<Account | null> {
  const [row] = await tx.query<Account>(`${accountRow} where a.id = $1`, [id])
  return row ?? null
}

/** Waits until nobody else changes the credentials of an account. */
export async function lockAccount(tx: TenantTx, id: string): Promise<void> {
  await tx.query(`select from issuer.account where id = $1 for no key update`, [id])
}

/** Creates an account. */
export async function insertAccount(
  tx: TenantTx,
  account: { readonly id: string; readonly email: string; readonly passwordHash: string },
): Promise<void> {
  await tx.query(`insert into issuer.account (id, email, password_hash) values ($1, $2, $3)`, [
    account.id,
    account.email,
    account.passwordHash,
  ])
}

/** Sets another password. */
export async function updatePassword(tx: TenantTx, accountId: string, passwordHash: string): Promise<void> {
  await tx.query(`update issuer.account set password_hash = $2 where id = $1`, [accountId, passwordHash])
}

/** Makes everything that was proven or signed before worthless. @returns the new stamp. */
export async function renewStamp(tx: TenantTx, accountId: string): Promise<string> {
  const [row] = await tx.query<{ stamp: string }>(
    `update issuer.account
        set credentials_changed_at = greatest(clock_timestamp(), credentials_changed_at + interval '1 microsecond')
      where id = $1
      returning (extract(epoch from credentials_changed_at) * 1000000)::bigint::text as stamp`,
    [accountId],
  )
  return row?.stamp ?? ''
}
