import { csvEvent, csvHeader, csvTrailer } from './csv.js'
import type { ExportCut, ExportedLeaf, ExportFormat, ExportTrailer } from './entity.js'
import { ocsfEvent } from './ocsf.js'
import { type EventRecord, recordOf } from './record.js'

/** An event as one line that can be checked: `leaf` is what was hashed, the rest is read from it. */
const ndjsonEvent = ({ envelope, body, leaf, leafHash }: EventRecord): object => ({
  index: envelope.index,
  recordedAt: envelope.recordedAt,
  actor: { principal: envelope.principal, id: envelope.actorId },
  grantId: envelope.grantId === '-' ? null : envelope.grantId,
  requestId: envelope.requestId,
  ...body,
  leafHash,
  leaf,
})

const line = (value: object): string => `${JSON.stringify(value)}\n`

/** What stands before the first event. */
export const exportHead = (format: ExportFormat): string => (format === 'csv' ? csvHeader() : '')

/** Events in a form. @param shown - what the reader sees of an event; default all. */
export const exportText = (
  format: ExportFormat,
  leaves: readonly ExportedLeaf[],
  cut: ExportCut,
  shown: (record: EventRecord) => EventRecord = (record) => record,
): string =>
  leaves
    .map((leaf) => shown(recordOf(leaf)))
    .map((record) => {
      if (format === 'csv') return csvEvent(record)
      return line(format === 'ocsf' ? ocsfEvent(record, cut) : ndjsonEvent(record))
    })
    .join('')

/** The trailer: who finds it at the end, and finds it true, has everything. */
export function exportTail(format: ExportFormat, cut: ExportCut, { count, sha256 }: ExportTrailer): string {
  const trailer = { count, size: cut.size, logSize: cut.checkpointSize, checkpoint: cut.checkpoint, sha256 }
  return format === 'csv' ? csvTrailer(trailer) : line({ trailer })
}
