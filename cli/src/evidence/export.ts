import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { ArchivedLeaves, ArchiveFault, exportBundle, type OpenCommitments, openValues } from '@autora/audit'
import { type Actor, sealContext, systemActor } from '@autora/shared/actor'
import { recordAudit } from '@autora/shared/audit'
import { loginRole, TenantDatabase } from '@autora/shared/database'
import { parseBundleLine } from '@autora/shared/evidence'
import { type KeyWrapping, SubjectVault } from '@autora/shared/vault'
import { asRole } from '../database/admin.js'
import { asPlatform, type PlatformSource, withTrail } from '../database/as-platform.js'
import { Complaint } from '../terminal/complaint.js'

/** The database of the evidence, with what opens it. */
export interface EvidenceSource extends PlatformSource {
  /** Opens personal values, for a bundle that discloses them; without it a bundle holds none. */
  readonly wrapping?: KeyWrapping
}

/** What was written. */
export interface ExportedBundle {
  readonly tenantId: string
  readonly slot: number
  readonly events: number
  readonly disclosed: number
}

/** Reads a group's personal values with the eyes of its Dealer Admin; the walls leave nothing else to see. */
async function valuesOf({ url, rolePasswords, sealKey, wrapping }: EvidenceSource, tenantId: string) {
  if (!wrapping) return null
  const database = await TenantDatabase.open({
    url: asRole(url, loginRole('audit'), rolePasswords.audit),
    applicationName: 'autora-evidence',
    poolSize: 1,
    vault: new SubjectVault(wrapping),
  })
  const actor: Actor = { ...systemActor, principal: 'DEALER_ADMIN', tenantId, reach: 'TENANT' }
  const open: OpenCommitments = (commitments) => {
    const seal = sealContext({ actor, requestId: randomUUID() }, 'audit', sealKey, Date.now() / 1000)
    return database.read(seal, (tx) => openValues(tx, commitments))
  }
  return { open, close: () => database.close() }
}

async function tenantOf(source: PlatformSource, code: string): Promise<string> {
  const rows = await asPlatform(source, 'identity', (tx) =>
    tx.query<{ tenantId: string }>(
      'select tenant_id as "tenantId" from identity.dealer_group where code = $1',
      [code],
    ),
  )
  if (rows[0]) return rows[0].tenantId
  throw new Complaint(`There is no dealer group with the code '${code}'.`)
}

/** Writes the lines; memory stays the same however many there are. @returns what the first line and their count say. */
async function writeLines(lines: AsyncIterable<string>, path: string) {
  const file = createWriteStream(path, { mode: 0o600 })
  await once(file, 'open')
  let slot: number | null = null
  let events = 0
  let disclosed = 0
  for await (const text of lines) {
    const line = parseBundleLine(text)
    if (line.kind === 'bundle') slot = line.slot
    if (line.kind === 'event') events += 1
    if (line.kind === 'disclosure') disclosed += 1
    if (!file.write(`${text}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
  return { slot, events, disclosed }
}

/** Tells the export in the group's trail, before the first line leaves. @returns months that were pruned, `YYYY-MM`. */
const told = (source: EvidenceSource, tenantId: string, windowSeconds: number): Promise<string[]> =>
  asPlatform(source, 'audit', async (tx) => {
    await recordAudit(tx, 'evidence.exported', {
      tenantId,
      targetId: tenantId,
      storeId: null,
      detail: { windowSeconds, discloses: source.wrapping !== undefined },
    })
    const rows = await tx.query<{ month: string }>(
      `select to_char(month, 'YYYY-MM') as month from audit.pruning where tenant_id = $1 order by month`,
      [tenantId],
    )
    return rows.map(({ month }) => month)
  })

/** Where the leaves of pruned months are; null when none was pruned. */
function archived(tenantId: string, months: readonly string[], folder: string | null): ArchivedLeaves | null {
  if (months.length === 0) return null
  if (folder === null)
    throw new Complaint(
      `Events of ${months.join(', ')} were pruned. Name the folder that holds these sealed months: --archive <folder>.`,
    )
  return ArchivedLeaves.open(folder, tenantId, months)
}

/**
 * Writes the evidence bundle of a dealer group up to the newest checkpoint, after telling so in the group's trail.
 *
 * @param archive - folder of the sealed months; needed once a month of the group was pruned.
 * @throws {Complaint} when there is no such group, nothing of it is in a checkpoint yet, or a pruned month is missing or
 *   was edited in the archive.
 */
export async function writeBundle(
  source: EvidenceSource,
  code: string,
  path: string,
  windowSeconds: number,
  archive: string | null = null,
): Promise<ExportedBundle> {
  const tenantId = await tenantOf(source, code)
  const months = await told(source, tenantId, windowSeconds)
  const values = await valuesOf(source, tenantId)
  try {
    const pruned = archived(tenantId, months, archive)
    const sources = { pruned, ...(values && { open: values.open }) }
    const { slot, events, disclosed } = await withTrail(source, (trail) =>
      writeLines(exportBundle(trail, tenantId, windowSeconds, sources), path),
    ).finally(() => pruned?.close())
    if (slot === null)
      throw new Complaint(
        'Nothing of this group is in a signed log yet. Is the sequencer running? Try again in a moment.',
      )
    return { tenantId, slot, events, disclosed }
  } catch (error) {
    if (error instanceof ArchiveFault) throw new Complaint(`${error.message}.`, { cause: error })
    throw error
  } finally {
    await values?.close()
  }
}
