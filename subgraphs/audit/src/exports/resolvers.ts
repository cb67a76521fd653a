import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments } from '@autora/shared/request'
import { downloadableUntil, type ExportRequestRow, exportRequestState } from './request-entity.js'
import { askExport, decideExport, type ExportRequestWish, exportRequests } from './request-service.js'

interface Named {
  readonly input: { readonly id: string }
}

/** Resolvers of what owners ask to export. */
export const exportResolvers: Resolvers = {
  Query: {
    auditExports: (_parent, args: PageArguments, ctx) => exportRequests(ctx, args),
  },
  Mutation: {
    auditExportRequest: (_parent, { input }: { input: ExportRequestWish }, ctx) =>
      answer(askExport(ctx, input), (auditExport) => ({ auditExport })),
    auditExportApprove: (_parent, { input }: Named, ctx) =>
      answer(decideExport(ctx, input.id, true), (auditExport) => ({ auditExport })),
    auditExportReject: (_parent, { input }: Named, ctx) =>
      answer(decideExport(ctx, input.id, false), (auditExport) => ({ auditExport })),
  },
  AuditExport: {
    id: ({ id }: ExportRequestRow) => encodeId('AuditExport', id),
    format: ({ format }: ExportRequestRow) => format.toUpperCase(),
    state: (row: ExportRequestRow, _args, ctx) => exportRequestState(row, ctx.clock.now()),
    askedBy: ({ askedBy }: ExportRequestRow) => ({ id: encodeId('User', askedBy) }),
    decidedBy: ({ decidedBy }: ExportRequestRow) => decidedBy && { id: encodeId('User', decidedBy) },
    downloadableUntil,
  },
}
