import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments } from '@autora/shared/request'
import type { ErasureRow } from './entity.js'
import {
  askErasure,
  confirmErasure,
  erasureCertificate,
  erasureState,
  erasures,
  type SubjectEraseInput,
} from './service.js'

const subject = {
  subjectType: (row: ErasureRow) => row.subject_type.toUpperCase(),
  subjectId: (row: ErasureRow) => encodeId(row.subject_type, row.subject_id),
  askedBy: (row: ErasureRow) => ({ id: encodeId('User', row.asked_by) }),
  confirmedBy: (row: ErasureRow) => row.confirmed_by && { id: encodeId('User', row.confirmed_by) },
  erasedAt: (row: ErasureRow) => row.erased_at,
  id: (row: ErasureRow) => encodeId('Erasure', row.id),
}

const BACKUPS =
  'Backups and the write-ahead log made before the erasure hold the key and the encrypted values for as long as they are kept.'

/** Resolvers of erasures. */
export const erasureResolvers: Resolvers = {
  Query: {
    erasures: (_parent, args: PageArguments, ctx) => erasures(ctx, args),
    erasureCertificate: (_parent, { id }: { id: string }, ctx) => erasureCertificate(ctx, id),
  },
  Mutation: {
    subjectErase: (_parent, { input }: { input: SubjectEraseInput }, ctx) =>
      answer(askErasure(ctx, input), (erasure) => ({ erasure })),
    subjectEraseConfirm: (_parent, { input }: { input: { id: string } }, ctx) =>
      answer(confirmErasure(ctx, input.id), (erasure) => ({ erasure, certificate: erasure })),
  },
  Erasure: {
    ...subject,
    state: (row: ErasureRow, _args, ctx) => erasureState(row, ctx.clock.now()),
    askedAt: (row: ErasureRow) => row.asked_at,
  },
  ErasureCertificate: {
    ...subject,
    keyId: (row: ErasureRow) => row.key_id,
    valuesErased: (row: ErasureRow) => row.values_count,
    eventSequence: (row: ErasureRow) => row.event_sequence,
    backups: () => BACKUPS,
  },
}
