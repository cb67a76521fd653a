import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments } from '@autora/shared/request'
import type { IncidentRow } from './entity.js'
import { type IncidentReport, incident, incidents, reportIncident } from './service.js'

/** Resolvers of incidents. */
export const incidentResolvers: Resolvers = {
  Query: {
    incidents: (_parent, args: PageArguments, ctx) => incidents(ctx, args),
  },
  Mutation: {
    incidentReport: (_parent, args: { input: IncidentReport }, ctx) =>
      answer(reportIncident(ctx, args.input), (row) => ({ incident: row })),
  },
  Incident: {
    __resolveReference: ((reference: { id: string }, ctx: never) => incident(ctx, reference.id)) as never,
    id: (row: IncidentRow) => encodeId('Incident', row.id),
    store: (row: IncidentRow) => row.store_id && { id: encodeId('Store', row.store_id) },
    lead: (row: IncidentRow) => row.lead_id && { id: encodeId('Lead', row.lead_id) },
    reportedBy: (row: IncidentRow) => (row.is_by_key ? null : { id: encodeId('User', row.reported_by) }),
    reportedAt: (row: IncidentRow) => row.reported_at,
  },
}
