import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments } from '@autora/shared/request'
import { closingReport, type ShownReport } from './closing-service.js'
import type { ChangeRow, IncidentHoldRow, IncidentRow, NoteRow } from './entity.js'
import { type Evidence, evidence, type PinWish, pinEvidence } from './evidence-service.js'
import {
  addNote,
  changes,
  type HoldWish,
  holdForIncident,
  holds,
  type NoteWish,
  notes,
} from './record-service.js'
import { type Transition, type Triage, transitionIncident, triageIncident } from './review-service.js'
import { type IncidentReport, incident, incidents, reportIncident } from './service.js'

type Input<Wish> = { readonly input: Wish }
const asIncident = (row: IncidentRow) => ({ incident: row })
const person = (uuid: string) => ({ id: encodeId('User', uuid) })

/** Resolvers of incidents and their review. */
export const incidentResolvers: Resolvers = {
  Query: {
    incidents: (_parent, args: PageArguments, ctx) => incidents(ctx, args),
    incident: (_parent, { id }: { id: string }, ctx) => incident(ctx, id),
    incidentClosingReport: (_parent, { id }: { id: string }, ctx) => closingReport(ctx, id),
  },
  Mutation: {
    incidentReport: (_parent, { input }: Input<IncidentReport>, ctx) =>
      answer(reportIncident(ctx, input), asIncident),
    incidentTransition: (_parent, { input }: Input<Transition>, ctx) =>
      answer(transitionIncident(ctx, input), asIncident),
    incidentTriage: (_parent, { input }: Input<Triage>, ctx) =>
      answer(triageIncident(ctx, input), asIncident),
    incidentNoteAdd: (_parent, { input }: Input<NoteWish>, ctx) =>
      answer(addNote(ctx, input), (note) => ({ note })),
    incidentPinEvidence: (_parent, { input }: Input<PinWish>, ctx) =>
      answer(pinEvidence(ctx, input), asIncident),
    incidentHold: (_parent, { input }: Input<HoldWish>, ctx) =>
      answer(holdForIncident(ctx, input), asIncident),
  },
  Incident: {
    __resolveReference: ((reference: { id: string }, ctx: never) => incident(ctx, reference.id)) as never,
    id: (row: IncidentRow) => encodeId('Incident', row.id),
    store: (row: IncidentRow) => row.store_id && { id: encodeId('Store', row.store_id) },
    lead: (row: IncidentRow) => row.lead_id && { id: encodeId('Lead', row.lead_id) },
    reportedBy: (row: IncidentRow) => (row.is_by_key ? null : person(row.reported_by)),
    reportedAt: (row: IncidentRow) => row.reported_at,
    assigneeId: (row: IncidentRow) => row.assignee_id && encodeId('User', row.assignee_id),
    isPersonalInfoSuspected: (row: IncidentRow) => row.is_personal_info_suspected,
    noticeDueAt: (row: IncidentRow) => row.notice_due_at,
    noticeReference: (row: IncidentRow) => row.notice_reference,
    notes: (row: IncidentRow, _args, ctx) => notes(ctx, row),
    changes: (row: IncidentRow, _args, ctx) => changes(ctx, row),
    evidence: (row: IncidentRow, _args, ctx) => evidence(ctx, row),
    holds: (row: IncidentRow, _args, ctx) => holds(ctx, row),
  },
  IncidentNote: {
    id: (row: NoteRow) => encodeId('IncidentNote', row.id),
    reviewText: (row: NoteRow) => (row.is_blind ? row.body : null),
    authorId: (row: NoteRow) => encodeId('User', row.author_id),
    authorPrincipal: (row: NoteRow) => row.principal,
    notedAt: (row: NoteRow) => row.noted_at,
  },
  IncidentChange: {
    fromStatus: (row: ChangeRow) => row.from_status,
    toStatus: (row: ChangeRow) => row.to_status,
    changedBy: (row: ChangeRow) => encodeId('User', row.changed_by),
    changedAt: (row: ChangeRow) => row.changed_at,
  },
  IncidentEvidence: {
    id: (row: Evidence) => encodeId('IncidentEvidence', row.id),
    sequence: (row: Evidence) => row.event_id,
    query: (row: Evidence) => row.query && JSON.stringify(row.query),
    eventCount: (row: Evidence) => row.event_count,
    firstSequence: (row: Evidence) => row.first_event,
    lastSequence: (row: Evidence) => row.last_event,
    leafIndex: (row: Evidence) => row.leaf_index?.toString() ?? null,
    digest: (row: Evidence) => row.digest.toString('hex'),
    checkpointSize: (row: Evidence) => row.checkpoint_size?.toString() ?? null,
    checkpointRoot: (row: Evidence) => row.checkpoint_root?.toString('base64') ?? null,
    pinnedAt: (row: Evidence) => row.pinned_at,
  },
  IncidentHoldNotice: {
    from: (row: IncidentHoldRow) => row.period_from,
    to: (row: IncidentHoldRow) => row.period_to,
    placedAt: (row: IncidentHoldRow) => row.placed_at,
    releasedAt: (row: IncidentHoldRow) => row.released_at,
  },
  IncidentClosingReport: {
    sha256: (row: ShownReport) => row.sha256.toString('hex'),
    madeAt: (row: ShownReport) => row.made_at,
  },
}
