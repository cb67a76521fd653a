import { createHash } from 'node:crypto'
import { encodeId } from '@autora/shared/request'
import type {
  ChangeRow,
  EvidenceRow,
  IncidentHoldRow,
  IncidentRow,
  NoteRow,
  PinnedCheckpoint,
} from './entity.js'

/** Everything a closing report is made of, as it stood at the closing. */
export interface ReportSources {
  readonly incident: IncidentRow
  readonly changes: readonly ChangeRow[]
  /** Shared ones only. */
  readonly notes: readonly NoteRow[]
  readonly evidence: readonly { readonly row: EvidenceRow; readonly isUnchanged: boolean }[]
  readonly holds: readonly IncidentHoldRow[]
  readonly flags: readonly ReportFlag[]
  readonly checkpoint: PinnedCheckpoint | null
}

/** A flag that led to the incident, as it was when somebody decided about it. */
export interface ReportFlag {
  readonly rule: string
  readonly rule_version: number
  readonly severity: string
  readonly amount: number
  readonly decided_at: string
}

const hex = (text: string) => createHash('sha256').update(text).digest('hex')
const base64 = (bytes: Buffer | null) => bytes?.toString('base64') ?? null
const user = (uuid: string | null) => uuid && encodeId('User', uuid)

/** What a pinned event says: the line of the leaf without its place, and the body below it. */
function eventFacts(event: string | null) {
  if (event === null) return null
  const [line = '', body = ''] = event.split('\n')
  const [, , , , recordedAt, , actorId, principal] = line.split(' ')
  const { action, outcome, target } = JSON.parse(body) as {
    action: string
    outcome: string
    target: { id: string; type: string }
  }
  return { recordedAt, action, outcome, principal, actorId, targetType: target.type, targetId: target.id }
}

const evidencePart = ({ row, isUnchanged }: ReportSources['evidence'][number]) => ({
  kind: row.kind,
  event: row.event_id,
  query: row.query && Object.fromEntries(Object.entries(row.query).sort(([a], [b]) => (a < b ? -1 : 1))),
  count: row.event_count,
  first: row.first_event,
  last: row.last_event,
  digest: base64(row.digest),
  leaf: row.leaf_index === null ? null : { index: row.leaf_index, hash: base64(row.leaf_hash) },
  checkpoint:
    row.checkpoint_size === null ? null : { size: row.checkpoint_size, root: base64(row.checkpoint_root) },
  isUnchanged,
  says: row.kind === 'EVENT' ? eventFacts(row.event) : null,
})

const changePart = (change: ChangeRow) => ({
  version: change.version,
  at: change.changed_at,
  by: user(change.changed_by),
  from: change.from_status,
  to: change.to_status,
  reason: change.reason,
})

/** Words of people who see customers' data stay out: their hash is in, and whoever may read them can compare. */
const notePart = (note: NoteRow) => ({
  id: encodeId('IncidentNote', note.id),
  kind: note.kind,
  at: note.noted_at,
  by: user(note.author_id),
  principal: note.principal,
  sha256: hex(note.body),
  text: note.is_blind ? note.body : null,
})

/**
 * The closing report as data: who, what, when, and with which evidence. Made of nothing that can change afterwards, so
 * that making it again gives the same bytes. It holds no customer's data.
 */
export function reportOf({ incident, changes, notes, evidence, holds, flags, checkpoint }: ReportSources) {
  const last = changes.at(-1)
  return {
    report: 'autora-incident-report/1',
    incident: encodeId('Incident', incident.id),
    dealerGroup: encodeId('DealerGroup', incident.tenant_id),
    store: incident.store_id && encodeId('Store', incident.store_id),
    category: incident.category,
    severity: last?.severity ?? null,
    reported: { at: incident.reported_at, by: user(incident.reported_by), sha256: hex(incident.summary) },
    reviewer: user(last?.assignee_id ?? null),
    closed: { at: last?.changed_at ?? null, by: user(last?.changed_by ?? null), version: last?.version ?? 1 },
    compromise: last?.is_personal_info_suspected
      ? {
          noticeReference: last.notice_reference,
          noticeDueAt: last.notice_due_at?.toISOString() ?? null,
          consequences: last.compromise?.consequences ?? null,
          measures: last.compromise?.measures ?? null,
          advice: last.compromise?.advice ?? null,
          attacker: last.compromise?.attacker ?? null,
        }
      : null,
    timeline: changes.map(changePart),
    notes: notes.map(notePart),
    evidence: evidence.map(evidencePart),
    holds: holds.map((hold) => ({
      scope: hold.scope,
      from: hold.period_from?.toISOString() ?? null,
      to: hold.period_to?.toISOString() ?? null,
      placedAt: hold.placed_at,
    })),
    flags: flags.map((flag) => ({
      rule: `${flag.rule}/${flag.rule_version}`,
      severity: flag.severity,
      count: flag.amount,
      decidedAt: flag.decided_at,
    })),
    checkpoint: checkpoint && { size: checkpoint.size, root: base64(checkpoint.root) },
  }
}

/** A closing report as data. */
export type ClosingReport = ReturnType<typeof reportOf>
