import type { ExportFilter } from './entity.js'

/** A row of audit.export_request as it is read. Times carry microseconds. */
export interface ExportRequestRow extends ExportFilter {
  readonly id: string
  readonly reason: string
  readonly askedBy: string
  readonly askedAt: string
  readonly decidedBy: string | null
  readonly decidedAt: string | null
  readonly isApproved: boolean | null
  readonly downloadedAt: string | null
}

/** Where a request stands. */
export type ExportRequestState = 'ASKED' | 'APPROVED' | 'REJECTED' | 'DOWNLOADED' | 'EXPIRED'

/** A request that nobody decided is over after so long, in milliseconds; the database says the same. */
export const DECISION_MS = 7 * 24 * 3_600_000

/** An approved export can be taken for so long, in milliseconds; the database says the same. */
export const DOWNLOAD_MS = 24 * 3_600_000

/** Until when an approved export can be taken; null for one that is not. */
export const downloadableUntil = ({ isApproved, decidedAt }: ExportRequestRow): Date | null =>
  isApproved && decidedAt ? new Date(new Date(decidedAt).getTime() + DOWNLOAD_MS) : null

/** Where a request stands now. */
export function exportRequestState(row: ExportRequestRow, now: Date): ExportRequestState {
  if (row.downloadedAt) return 'DOWNLOADED'
  if (row.isApproved === false) return 'REJECTED'
  const until = downloadableUntil(row)
  if (until) return now > until ? 'EXPIRED' : 'APPROVED'
  return now.getTime() - new Date(row.askedAt).getTime() > DECISION_MS ? 'EXPIRED' : 'ASKED'
}
