import { ArchiveFault } from '@autora/audit'
import { Complaint, UsageError } from '../terminal/complaint.js'

/** A month as it was typed. @throws {UsageError} when it is none. */
export function readMonth(text: string | undefined): string {
  if (!text) throw new UsageError('Which month? --month YYYY-MM.')
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new UsageError(`--month must be YYYY-MM, not '${text}'.`)
  return text
}

/** The first day of a month, as PostgreSQL takes a date. */
export const firstDay = (month: string): string => `${month}-01`

/** Says what an archive lacks in words for whoever typed the command. */
export async function complaining<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error
    throw new Complaint(`${error.message}.`, { cause: error })
  }
}
