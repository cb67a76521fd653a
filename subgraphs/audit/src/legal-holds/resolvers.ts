import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments } from '@autora/shared/request'
import { incident } from '../incidents/index.js'
import type { LegalHoldRow } from './entity.js'
import { type HoldWish, legalHolds, placeHold, type ReleaseWish, releaseHold } from './service.js'

const person = (id: string | null) => (id === null ? null : { id: encodeId('User', id) })

const statusOf = (row: LegalHoldRow) =>
  row.released_at ? 'RELEASED' : row.release_asked_by ? 'RELEASE_ASKED' : 'HELD'

/** GraphQL ⇄ legal holds. */
export const legalHoldResolvers: Resolvers = {
  Query: {
    legalHolds: (_root, args: PageArguments, ctx) => legalHolds(ctx, args),
  },
  Mutation: {
    legalHoldPlace: (_root, { input }: { input: HoldWish }, ctx) =>
      answer(placeHold(ctx, input), (legalHold) => ({ legalHold })),
    legalHoldRelease: (_root, { input }: { input: ReleaseWish }, ctx) =>
      answer(releaseHold(ctx, input), (legalHold) => ({ legalHold })),
  },
  LegalHold: {
    id: (row: LegalHoldRow) => encodeId('LegalHold', row.id),
    subjectId: (row: LegalHoldRow) =>
      row.subject_type && row.subject_id && encodeId(row.subject_type, row.subject_id),
    periodFrom: (row: LegalHoldRow) => row.period_from,
    periodTo: (row: LegalHoldRow) => row.period_to,
    incident: (row: LegalHoldRow, _args, ctx) =>
      row.incident_id && incident(ctx, encodeId('Incident', row.incident_id)),
    status: statusOf,
    isByPlatform: (row: LegalHoldRow) => row.placed_principal === 'PLATFORM_OWNER',
    placedBy: (row: LegalHoldRow) => person(row.placed_by),
    placedAt: (row: LegalHoldRow) => row.placed_at,
    releaseAskedBy: (row: LegalHoldRow) => person(row.release_asked_by),
    releaseReason: (row: LegalHoldRow) => row.release_reason,
    releasedBy: (row: LegalHoldRow) => person(row.released_by),
    releasedAt: (row: LegalHoldRow) => row.released_at,
  },
}
