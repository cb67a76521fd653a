import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { exportBundle } from '@autora/audit'
import { recordAudit } from '@autora/shared/audit'
import { loginRole, SystemDatabase } from '@autora/shared/database'
import { parseBundleLine } from '@autora/shared/evidence'
import { asRole } from '../database/admin.js'
import { Complaint } from '../terminal/complaint.js'
import { asPlatform, type EvidenceSource } from './as-platform.js'

/** What was written. */
export interface ExportedBundle {
  readonly tenantId: string
  readonly slot: number
  readonly events: number
}

async function tenantOf(source: EvidenceSource, code: string): Promise<string> {
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
  for await (const text of lines) {
    const line = parseBundleLine(text)
    if (line.kind === 'bundle') slot = line.slot
    if (line.kind === 'event') events += 1
    if (!file.write(`${text}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
  return { slot, events }
}

/**
 * Writes the evidence bundle of a dealer group up to the newest checkpoint, after telling so in the group's trail.
 * @throws {Complaint} when there is no such group, or nothing of it is in a checkpoint yet.
 */
export async function writeBundle(
  source: EvidenceSource,
  code: string,
  path: string,
  windowSeconds: number,
): Promise<ExportedBundle> {
  const tenantId = await tenantOf(source, code)
  await asPlatform(source, 'audit', (tx) =>
    recordAudit(tx, 'evidence.exported', {
      tenantId,
      targetId: tenantId,
      storeId: null,
      detail: { windowSeconds },
    }),
  )
  // the auditor's role: it sees every event and no row of anything else
  const database = await SystemDatabase.open({
    url: asRole(source.url, loginRole('auditor'), source.rolePasswords.auditor),
    applicationName: 'autora-evidence',
    onLost: () => undefined, // told by the query that runs into it
  })
  try {
    const { slot, events } = await writeLines(exportBundle(database, tenantId, windowSeconds), path)
    if (slot === null)
      throw new Complaint(
        'Nothing of this group is in a signed log yet. Is the sequencer running? Try again in a moment.',
      )
    return { tenantId, slot, events }
  } finally {
    await database.close()
  }
}
