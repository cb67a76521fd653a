import type { TenantTx } from '@autora/shared/database'
import type { Authenticator, Passkey } from './entity.js'

/** The authenticator app of an account; null without one. */
export async function findAuthenticator(tx: TenantTx, accountId: string): Promise<Authenticator | null> {
  const [row] = await tx.query<Authenticator>(
    `select id, sealed_seed as "sealedSeed" from issuer.authenticator where account_id = $1 and removed_at is null`,
    [accountId],
  )
  return row ?? null
}

/** Uses up a time step and all before it. @returns false when it was used up already. */
export async function useStep(tx: TenantTx, accountId: string, step: number): Promise<boolean> {
  const rows = await tx.query(
    `update issuer.authenticator set last_step = $2
      where account_id = $1 and removed_at is null and last_step < $2 returning 1`,
    [accountId, step],
  )
  return rows.length === 1
}

/** Replaces the authenticator app. */
export async function replaceAuthenticator(
  tx: TenantTx,
  accountId: string,
  authenticator: Authenticator & { readonly lastStep: number },
): Promise<void> {
  await removeAuthenticator(tx, accountId)
  await tx.query(
    `insert into issuer.authenticator (account_id, id, sealed_seed, last_step) values ($1, $2, $3, $4)`,
    [accountId, authenticator.id, authenticator.sealedSeed, authenticator.lastStep],
  )
}

/** Ends the authenticator app. @returns false when there was none. */
export async function removeAuthenticator(tx: TenantTx, accountId: string): Promise<boolean> {
  const rows = await tx.query(
    `update issuer.authenticator set removed_at = clock_timestamp()
      where account_id = $1 and removed_at is null returning 1`,
    [accountId],
  )
  return rows.length > 0
}

/** Replaces all recovery codes by others. */
export async function replaceRecoveryCodes(
  tx: TenantTx,
  accountId: string,
  macs: readonly Buffer[],
): Promise<void> {
  await tx.query(
    `update issuer.recovery_code set removed_at = clock_timestamp()
      where account_id = $1 and used_at is null and removed_at is null`,
    [accountId],
  )
  await tx.query(
    `insert into issuer.recovery_code (account_id, code_mac)
     select $1, decode(hex, 'hex') from unnest($2::text[]) hex`,
    [accountId, macs.map((mac) => mac.toString('hex'))],
  )
}

/** Uses up a recovery code. @returns false when there is none like it, or it was used or replaced. */
export async function useRecoveryCode(tx: TenantTx, accountId: string, mac: Buffer): Promise<boolean> {
  const rows = await tx.query(
    `update issuer.recovery_code set used_at = clock_timestamp()
      where account_id = $1 and code_mac = $2 and used_at is null and removed_at is null returning 1`,
    [accountId, mac],
  )
  return rows.length === 1
}

/** How many recovery codes are left. */
export async function countRecoveryCodes(tx: TenantTx, accountId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::integer as count from issuer.recovery_code
      where account_id = $1 and used_at is null and removed_at is null`,
    [accountId],
  )
  return row?.count ?? 0
}

const passkeyRow = `
  select id, account_id as "accountId", credential_id as "credentialId", public_key as "publicKey",
         counter::float8 as counter, transports, label, created_at as "createdAt", last_used_at as "lastUsedAt"
    from issuer.passkey where removed_at is null and`

/** The passkeys of an account, oldest first. */
export const listPasskeys = (tx: TenantTx, accountId: string): Promise<Passkey[]> =>
  tx.query<Passkey>(`${passkeyRow} account_id = $1 order by created_at, id`, [accountId])

/** The passkey that a device names. */
export async function findPasskey(tx: TenantTx, credentialId: Buffer): Promise<Passkey | null> {
  const [row] = await tx.query<Passkey>(`${passkeyRow} credential_id = $1`, [credentialId])
  return row ?? null
}

/** Adds a passkey. */
export async function insertPasskey(
  tx: TenantTx,
  passkey: Omit<Passkey, 'createdAt' | 'lastUsedAt'>,
): Promise<void> {
  await tx.query(
    `insert into issuer.passkey (id, account_id, credential_id, public_key, counter, transports, label)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      passkey.id,
      passkey.accountId,
      passkey.credentialId,
      passkey.publicKey,
      passkey.counter,
      passkey.transports,
      passkey.label,
    ],
  )
}

/**
 * Notes that a passkey was used. Its counter must have grown, or be none at all: a counter that stands still or goes
 * back is the sign of a copied key. @returns false for such a one.
 */
export async function usePasskey(tx: TenantTx, id: string, counter: number): Promise<boolean> {
  const rows = await tx.query(
    `update issuer.passkey set counter = $2, last_used_at = clock_timestamp()
      where id = $1 and removed_at is null and ($2 > counter or (counter = 0 and $2 = 0)) returning 1`,
    [id, counter],
  )
  return rows.length === 1
}

/** Ends a passkey of an account. @returns false when it has none of this id. */
export async function removePasskey(tx: TenantTx, accountId: string, id: string): Promise<boolean> {
  const rows = await tx.query(
    `update issuer.passkey set removed_at = clock_timestamp()
      where account_id = $1 and id = $2 and removed_at is null returning 1`,
    [accountId, id],
  )
  return rows.length === 1
}

/** Uses up a challenge. @returns false when it was used before. */
export async function spendChallenge(tx: TenantTx, sha256: Buffer, expiresAt: Date): Promise<boolean> {
  const rows = await tx.query(
    `insert into issuer.spent_challenge (challenge_sha256, expires_at) values ($1, $2)
     on conflict do nothing returning 1`,
    [sha256, expiresAt],
  )
  return rows.length === 1
}
