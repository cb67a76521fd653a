import { invalid } from '@autora/shared/errors'
import { answer, type Resolvers } from '@autora/shared/graphql'
import { decodeId, encodeId } from '@autora/shared/request'
import type { StreamFormat, StreamParts, StreamRow, StreamRules } from './entity.js'
import { createStream, endStream, resumeStream, stopStream, streams, updateStream } from './service.js'

interface CreateInput {
  readonly url: string
  readonly format: StreamFormat
  readonly categories?: readonly string[] | null
  readonly startAt?: number | null
}

interface UpdateInput {
  readonly id: string
  readonly url?: string | null
  readonly format?: StreamFormat | null
  readonly categories?: readonly string[] | null
}

const idOf = ({ id }: { readonly id: string }) => decodeId('AuditStream', id)
const given = ({ url, format, categories }: UpdateInput): Partial<StreamParts> => ({
  ...(url && { url }),
  ...(format && { format }),
  ...(categories && { categories }),
})

async function index(value: number | null | undefined, field: string): Promise<number | null> {
  if (value !== null && value !== undefined && value < 0) throw invalid('INVALID', { field: [field] })
  return value ?? null
}

/** Resolvers of streams. */
export const streamResolvers = (rules: StreamRules): Resolvers => ({
  Query: { auditStreams: (_parent, _args, ctx) => streams(ctx) },
  Mutation: {
    auditStreamCreate: (_parent, { input }: { input: CreateInput }, ctx) =>
      answer(
        index(input.startAt, 'startAt').then((startAt) =>
          createStream(ctx, rules, { ...input, categories: input.categories ?? [] }, startAt),
        ),
        ({ stream, secret }) => ({ auditStream: stream, secret }),
      ),
    auditStreamUpdate: (_parent, { input }: { input: UpdateInput }, ctx) =>
      answer(updateStream(ctx, rules, idOf(input), given(input)), (auditStream) => ({ auditStream })),
    auditStreamPause: (_parent, { input }: { input: { id: string } }, ctx) =>
      answer(stopStream(ctx, idOf(input)), (auditStream) => ({ auditStream })),
    auditStreamResume: (_parent, { input }: { input: { id: string; fromIndex?: number | null } }, ctx) =>
      answer(
        index(input.fromIndex, 'fromIndex').then((from) => resumeStream(ctx, idOf(input), from)),
        (auditStream) => ({ auditStream }),
      ),
    auditStreamDelete: (_parent, { input }: { input: { id: string } }, ctx) =>
      answer(endStream(ctx, idOf(input)), () => ({})),
  },
  AuditStream: {
    id: (row: StreamRow) => encodeId('AuditStream', row.id),
    state: ({ isDead, status, failingSince }: StreamRow) =>
      isDead ? 'DEAD' : status === 'PAUSED' ? 'PAUSED' : failingSince ? 'FAILING' : 'ACTIVE',
    lastDeliveredIndex: ({ nextIndex, lastDeliveredAt }: StreamRow) =>
      lastDeliveredAt === null ? null : nextIndex - 1,
    lastStatus: ({ lastStatus }: StreamRow) => (lastStatus === 'NONE' ? null : lastStatus),
  },
})
