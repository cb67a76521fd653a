import type { Resolvers } from '@autora/shared/graphql'
import { encodeId, type IdentifiedType, idPrefixes, type PageArguments } from '@autora/shared/request'
import { personalFields } from '../personal-fields/index.js'
import { maskedDetail } from './detail.js'
import type { AuditEventRow } from './entity.js'
import { type AuditEventFilter, auditTrail } from './service.js'

const isType = (name: string): name is IdentifiedType => Object.hasOwn(idPrefixes, name)

/** Resolvers of the trail. */
export const eventResolvers: Resolvers = {
  Query: {
    auditEvents: (_parent, args: PageArguments & { filter?: AuditEventFilter | null }, ctx) =>
      auditTrail(ctx, args.filter ?? {}, args),
  },
  AuditEvent: {
    detail: (row: AuditEventRow, _args: unknown, { actor }) =>
      actor.principal === 'PLATFORM_OWNER' ? maskedDetail(row.detail) : row.detail,
    position: ({ leaf_index: index, leaf_batch: batch }: AuditEventRow) =>
      index === null ? null : { index, batch },
    sequence: (row: AuditEventRow) => row.id,
    recordedAt: (row: AuditEventRow) => row.recorded_at,
    actorPrincipal: (row: AuditEventRow) => row.actor_principal,
    actor: (row: AuditEventRow) =>
      row.actor_principal === 'PARTNER' || row.actor_principal === 'SYSTEM'
        ? null
        : { id: encodeId('User', row.actor_id) },
    actorId: (row: AuditEventRow) =>
      encodeId(row.actor_principal === 'PARTNER' ? 'ApiKey' : 'User', row.actor_id),
    grantId: (row: AuditEventRow) => row.grant_id && encodeId('SupportGrant', row.grant_id),
    requestId: (row: AuditEventRow) => row.request_id,
    store: (row: AuditEventRow) => row.store_id && { id: encodeId('Store', row.store_id) },
    targetType: (row: AuditEventRow) => row.target_type,
    targetId: (row: AuditEventRow) =>
      isType(row.target_type) ? encodeId(row.target_type, row.target_id) : row.target_id,
    personal: (row: AuditEventRow, _args, ctx) => personalFields(ctx, row.detail),
  },
}
