import type { SystemTx } from '@autora/shared/database'
import type { Reader } from '../log-nodes/index.js'
import type { ControlRow, ProbeReport } from './entity.js'

/** How the latest check of each control went. */
export const controlRows = (db: Reader): Promise<ControlRow[]> =>
  db.query<ControlRow>(
    `select control, result, checked_at as "checkedAt", changed_at as "changedAt", evidence::text as evidence,
            evidence_at as "evidenceAt", parts, faults, suspects
       from audit.control_status`,
  )

/** Writes the event of a check. @returns its number. */
export async function recordCheck(
  tx: SystemTx,
  { control, result }: Pick<ProbeReport, 'control' | 'result'>,
  parts: readonly string[],
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `select audit.record_control_check($1, $2, $3::text[])::text as id`,
    [control, result, parts],
  )
  if (!row) throw new Error('the event of a check has no number')
  return row.id
}

/** Keeps how a check went. @param evidence - number of a new event; null keeps the one that is there. */
export const keepStatus = (
  tx: SystemTx,
  { control, result, suspects, findings }: ProbeReport,
  parts: readonly string[],
  evidence: string | null,
): Promise<unknown[]> =>
  tx.query(
    `insert into audit.control_status as s (control, result, parts, faults, suspects, evidence)
     select $1, $2, $3::text[], $4::text[], $5::text[], coalesce($6::bigint, (select evidence from audit.control_status where control = $1))
     on conflict (control) do update
       set result = excluded.result, checked_at = clock_timestamp(), parts = excluded.parts, faults = excluded.faults,
           suspects = excluded.suspects, evidence = excluded.evidence,
           changed_at = case when s.result = excluded.result then s.changed_at else clock_timestamp() end,
           evidence_at = case when s.evidence = excluded.evidence then s.evidence_at else clock_timestamp() end`,
    [control, result, [...parts], findings.map(({ fault }) => fault).slice(0, 100), [...suspects], evidence],
  )
