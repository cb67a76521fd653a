import type { TenantTx } from '@autora/shared/database'

/** A signing key as it is kept. */
export interface KeyRow {
  readonly kid: string
  readonly publicKey: Readonly<Record<string, string>>
  /** Sealed. */
  readonly privateKey: Buffer
  readonly createdAt: Date
  readonly activatesAt: Date
  /** Null while there is no successor. */
  readonly retiresAt: Date | null
}

/** Every key that is not retired, the oldest first. */
export async function findKeys(tx: TenantTx, now: Date): Promise<readonly KeyRow[]> {
  return tx.query<KeyRow>(
    `select kid, public_key as "publicKey", private_key as "privateKey", created_at as "createdAt",
            activates_at as "activatesAt", retires_at as "retiresAt"
       from issuer.signing_key
      where retires_at is null or retires_at > $1
      order by activates_at, kid`,
    [now],
  )
}

/** Until the transaction ends, only one process of the installation changes keys. */
export async function lockKeys(tx: TenantTx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('issuer.signing_key'))`)
}

/** Keeps a new key. */
export async function insertKey(tx: TenantTx, row: Omit<KeyRow, 'retiresAt'>): Promise<void> {
  await tx.query(
    `insert into issuer.signing_key (kid, public_key, private_key, created_at, activates_at)
     values ($1, $2, $3, $4, $5)`,
    [row.kid, JSON.stringify(row.publicKey), row.privateKey, row.createdAt, row.activatesAt],
  )
}

/** Says when the predecessors of a key are retired; one that already knows keeps the earlier time. */
export async function retireOthers(tx: TenantTx, kid: string, at: Date): Promise<void> {
  await tx.query(
    `update issuer.signing_key set retires_at = greatest(activates_at, least(coalesce(retires_at, $2), $2))
      where kid <> $1`,
    [kid, at],
  )
}

/** Destroys keys that are retired: what they signed is over. */
export async function deleteRetiredKeys(tx: TenantTx, now: Date): Promise<void> {
  await tx.query('delete from issuer.signing_key where retires_at <= $1', [now])
}
