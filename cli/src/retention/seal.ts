import { checkArchive, type SealedMonth, sealMonth } from '@autora/audit'
import { recordAudit } from '@autora/shared/audit'
import { asPlatform, type PlatformSource, withTrail } from '../database/as-platform.js'
import { complaining, firstDay } from './month.js'

/**
 * Seals a month, and tells each dealer group in its own trail what was sealed of it.
 * @throws {Complaint} when it cannot be sealed yet, or what is stored is not what the log holds.
 */
export async function sealAndTell(source: PlatformSource, month: string, out: string): Promise<SealedMonth> {
  const sealed = await complaining(() => withTrail(source, (trail) => sealMonth(trail, month, out)))
  await asPlatform(source, 'audit', async (tx) => {
    const { manifest, manifestSha256 } = sealed
    for (const { tenant, entries, digest } of manifest.files) {
      await tx.query(
        `insert into audit.archive (tenant_id, month, entries, digest, manifest_sha256, checkpoint_size)
         values ($1, $2::date, $3, decode($4, 'hex'), decode($5, 'hex'), $6)`,
        [tenant, firstDay(month), entries, digest, manifestSha256, manifest.checkpointSize],
      )
      await recordAudit(tx, 'auditArchive.sealed', {
        tenantId: tenant,
        targetId: tenant,
        storeId: null,
        detail: { month, entries, digest, manifest: manifestSha256 },
      })
    }
  })
  return sealed
}

/** Reads a sealed month again and compares it with the log. @throws {Complaint} naming the file that was edited. */
export const reread = (source: PlatformSource, month: string, folder: string): Promise<SealedMonth> =>
  complaining(() => withTrail(source, (trail) => checkArchive(trail, month, folder)))
