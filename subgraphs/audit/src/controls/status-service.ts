import type { SystemDatabase } from '@autora/shared/database'
import type { RequestContext } from '@autora/shared/request'
import { type ControlCode, type ControlRow, controlCodes, type ProbeReport } from './entity.js'
import { controlTexts, partText } from './parts.js'
import { controlRows, keepStatus, recordCheck } from './status-repository.js'

/** A result that is older says nothing any more, in milliseconds. */
export const STALE_AFTER_MS = 60_000

/** What did not change is told again after so long, in milliseconds. */
const TELL_AGAIN_MS = 24 * 3_600_000

/** Keeps how checks went: the row at once, an event for what changed, and for the rest one a day. */
export async function keepReports(database: SystemDatabase, reports: readonly ProbeReport[]): Promise<void> {
  await database.write(async (tx) => {
    const before = new Map((await controlRows(tx)).map((row) => [row.control, row]))
    for (const report of reports) {
      const parts = [...new Set(report.findings.map(({ part }) => part))].sort()
      const known = before.get(report.control)
      const isNews =
        !known ||
        known.result !== report.result ||
        known.parts.join() !== parts.join() ||
        known.checkedAt.getTime() - known.evidenceAt.getTime() >= TELL_AGAIN_MS
      await keepStatus(tx, report, parts, isNews ? await recordCheck(tx, report, parts) : null)
    }
  })
}

/** A control as the schema shows it. */
export interface ControlStatus {
  readonly control: ControlCode
  readonly name: string
  readonly checks: string
  readonly result: ControlRow['result'] | 'STALE'
  readonly checkedAt: Date | null
  readonly changedAt: Date | null
  readonly evidence: string | null
  /** General sentences: what did not hold. */
  readonly failed: readonly string[]
  /** The same exactly; behind an action of its own. */
  readonly faults: readonly string[]
}

function statusOf(control: ControlCode, row: ControlRow | undefined, now: Date): ControlStatus {
  const { name, checks } = controlTexts[control]
  const isStale = row !== undefined && now.getTime() - row.checkedAt.getTime() > STALE_AFTER_MS
  return {
    control,
    name,
    checks,
    result: !row ? 'UNKNOWN' : isStale ? 'STALE' : row.result,
    checkedAt: row?.checkedAt ?? null,
    changedAt: row?.changedAt ?? null,
    evidence: row?.evidence ?? null,
    failed: row?.parts.map(partText) ?? [],
    faults: row?.faults ?? [],
  }
}

/**
 * How all five controls stand, in the order of the product's security page. A check that is older than a minute is
 * STALE whatever it said: that nobody checks any more shows by itself.
 */
export async function controlStatuses(ctx: RequestContext): Promise<readonly ControlStatus[]> {
  const rows = await ctx.tenant.read((tx) => controlRows(tx))
  const byControl = new Map(rows.map((row) => [row.control, row]))
  return controlCodes.map((control) => statusOf(control, byControl.get(control), ctx.clock.now()))
}

/** One of them. */
export async function controlStatus(
  ctx: RequestContext,
  control: ControlCode,
): Promise<ControlStatus | null> {
  return (await controlStatuses(ctx)).find((one) => one.control === control) ?? null
}

/** Places of the trail that an earlier check found changed. */
export async function knownSuspects(database: SystemDatabase): Promise<readonly string[]> {
  return (await controlRows(database)).flatMap(({ suspects }) => suspects)
}
