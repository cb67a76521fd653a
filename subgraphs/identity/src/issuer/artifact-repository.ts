import type { TenantTx } from '@autora/shared/database'

/** Which artifact: its kind, and the digest of what a holder presents. */
export interface ArtifactKey {
  readonly model: string
  readonly digest: Buffer
}

/** An artifact to be kept. */
export interface ArtifactRow extends ArtifactKey {
  readonly authorizationDigest: Buffer | null
  readonly uidDigest: Buffer | null
  /** Sealed. */
  readonly payload: Buffer
  readonly lifeSeconds: number
}

/** An artifact that was found. */
export interface FoundArtifact {
  readonly digest: Buffer
  readonly payload: Buffer
  readonly consumedAt: Date | null
}

/** Writes or replaces an artifact. */
export async function saveArtifact(tx: TenantTx, row: ArtifactRow): Promise<void> {
  await tx.query(
    `insert into issuer.artifact (model, digest, authorization_digest, uid_digest, payload, expires_at)
     values ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))
     on conflict (model, digest) do update
       set authorization_digest = excluded.authorization_digest, uid_digest = excluded.uid_digest,
           payload = excluded.payload, expires_at = excluded.expires_at`,
    [row.model, row.digest, row.authorizationDigest, row.uidDigest, row.payload, row.lifeSeconds],
  )
}

const found = `select digest, payload, consumed_at as "consumedAt" from issuer.artifact`

/** The artifact of a digest while it lives. */
export async function findArtifact(tx: TenantTx, key: ArtifactKey): Promise<FoundArtifact | undefined> {
  const [row] = await tx.query<FoundArtifact>(
    `${found} where model = $1 and digest = $2 and expires_at > clock_timestamp()`,
    [key.model, key.digest],
  )
  return row
}

/** The artifact of a second name while it lives. */
export async function findArtifactByUid(tx: TenantTx, key: ArtifactKey): Promise<FoundArtifact | undefined> {
  const [row] = await tx.query<FoundArtifact>(
    `${found} where model = $1 and uid_digest = $2 and expires_at > clock_timestamp()`,
    [key.model, key.digest],
  )
  return row
}

/** Marks an artifact as used. @returns false when it was used before, or is gone: only one caller ever gets true. */
export async function consumeArtifact(tx: TenantTx, key: ArtifactKey): Promise<boolean> {
  const rows = await tx.query(
    `update issuer.artifact set consumed_at = clock_timestamp()
      where model = $1 and digest = $2 and consumed_at is null
      returning 1`,
    [key.model, key.digest],
  )
  return rows.length === 1
}

/** The authorization that an artifact belongs to, used or not. */
export async function findAuthorizationOf(tx: TenantTx, key: ArtifactKey): Promise<Buffer | null> {
  const [row] = await tx.query<{ digest: Buffer | null }>(
    `select authorization_digest as digest from issuer.artifact where model = $1 and digest = $2`,
    [key.model, key.digest],
  )
  return row?.digest ?? null
}

/** Forgets an artifact. */
export async function deleteArtifact(tx: TenantTx, key: ArtifactKey): Promise<void> {
  await tx.query('delete from issuer.artifact where model = $1 and digest = $2', [key.model, key.digest])
}

/** Forgets everything that stands on some authorizations, themselves included. */
export async function deleteFamilies(
  tx: TenantTx,
  authorizationDigests: readonly Buffer[],
  grantModel: string,
): Promise<void> {
  for (const digest of authorizationDigests)
    await tx.query(
      'delete from issuer.artifact where authorization_digest = $1 or (model = $2 and digest = $1)',
      [digest, grantModel],
    )
}

/** Deletes artifacts that ended, `most` of them at a time. @returns how many. */
export async function sweepArtifacts(tx: TenantTx, most: number): Promise<number> {
  const rows = await tx.query(
    `delete from issuer.artifact
      where (model, digest) in (
        select model, digest from issuer.artifact where expires_at < clock_timestamp()
         order by expires_at limit $1 for update skip locked)
      returning 1`,
    [most],
  )
  return rows.length
}
