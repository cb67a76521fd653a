import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { openLogCheckpoint, parseVerifierKey, readCosignatures, TlogError } from '@autora/shared/tlog'
import { asPlatform, type PlatformSource, withTrail } from '../database/as-platform.js'
import { logKeysOf, type Trustees } from '../evidence/policy-text.js'
import { Complaint } from '../terminal/complaint.js'
import { firstDay } from './month.js'

/** What one dealer group has in a month. */
export interface MonthEntry {
  readonly tenant: string
  readonly entries: number
}

/** What would be dropped, and what forbids it. */
export interface Outlook {
  readonly entries: readonly MonthEntry[]
  /** One sentence each; empty when nothing forbids it. */
  readonly faults: readonly string[]
}

interface FaultRow {
  readonly why: string
  readonly more: string
}

const sentences: Readonly<Record<string, (more: string) => string>> = {
  NO_MONTH: () =>
    'no part of the trail ends with this month: it was pruned, never was, or lies in the part before the first month',
  NOT_OVER: () => 'the month is not over',
  RETENTION: (more) => `the longest class of its events is kept until ${more}`,
  NO_LEAF: (more) => `events of ${more} have no leaf in the log`,
  NOT_WITNESSED: (more) => `events of ${more} are under no checkpoint that a witness signed`,
  NOT_ARCHIVED: (more) => `${more} has no archive of it: run autora archive`,
  ARCHIVE_DIFFERS: (more) => `the archive of ${more} does not hold what the log holds: seal it again`,
  HELD: (more) => `a legal hold keeps the trail of ${more}`,
}

const sentenceOf = ({ why, more }: FaultRow): string => sentences[why]?.(more) ?? `${why} ${more}`.trim()

/** The database counts second signatures; whether they are those of the witnesses is known here. */
async function witnessFaults(source: PlatformSource, trustees: Trustees): Promise<string[]> {
  const [newest] = await withTrail(source, (trail) =>
    trail.query<{ note: string }>('select note from audit.checkpoint order by size desc limit 1'),
  )
  const untrusted = 'the newest checkpoint is not signed by the log and all of its witnesses'
  if (!newest) return [untrusted]
  try {
    openLogCheckpoint(newest.note, logKeysOf(trustees))
    const { witnesses } = trustees
    const seen = readCosignatures(newest.note, witnesses.map(parseVerifierKey))
    return seen.length === witnesses.length ? [] : [untrusted]
  } catch (error) {
    if (error instanceof TlogError) return [untrusted]
    throw error
  }
}

const asked = async (tx: TenantTx, renew: () => Promise<void>, month: string): Promise<Outlook> => {
  await tx.query(`set local statement_timeout = 0`)
  const faults = await tx.query<FaultRow>('select why, more from audit.prune_faults($1::date)', [
    firstDay(month),
  ])
  await renew()
  const entries = await tx.query<MonthEntry>(
    'select tenant, entries::float8 as entries from audit.month_entries($1::date)',
    [firstDay(month)],
  )
  return { entries, faults: faults.map(sentenceOf) }
}

/** Looks at a month without changing anything. */
export async function outlookOn(source: PlatformSource, trustees: Trustees, month: string): Promise<Outlook> {
  const outlook = await asPlatform(source, 'audit', (tx, renew) => asked(tx, renew, month))
  return { ...outlook, faults: [...outlook.faults, ...(await witnessFaults(source, trustees))] }
}

/**
 * Drops a month, and tells each dealer group in its trail. The database asks everything again and refuses by itself.
 * @throws {Complaint} when it refused, or the trail was busy.
 */
export async function dropMonth(source: PlatformSource, month: string): Promise<readonly MonthEntry[]> {
  try {
    return await asPlatform(source, 'audit', async (tx, renew) => {
      const { entries } = await asked(tx, renew, month)
      await renew()
      for (const { tenant, entries: events } of entries)
        await recordAudit(tx, 'auditTrail.pruned', {
          tenantId: tenant,
          targetId: tenant,
          storeId: null,
          detail: { month, events },
        })
      await renew()
      // last, because from here to the commit nobody else reaches the trail
      await tx.query('select audit.prune_month($1::date)', [firstDay(month)])
      return entries
    })
  } catch (error) {
    const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } }
    if (code === 'AU009')
      throw new Complaint('The database refuses: look at the dry run again.', { cause: error })
    if (code === '55P03' || cause?.code === '55P03')
      throw new Complaint('The trail is busy. Nothing was dropped; try again in a moment.', { cause: error })
    throw error
  }
}
