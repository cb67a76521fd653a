import {
  type Connection,
  connection,
  decodeId,
  type IdentifiedType,
  idPrefixes,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import type { AuditEventConditions, AuditEventRow } from './entity.js'
import { listEvents } from './repository.js'

/** Conditions as a client gives them. */
export interface AuditEventFilter {
  readonly action?: string | null
  readonly actorId?: string | null
  readonly targetId?: string | null
  readonly storeId?: string | null
  readonly requestId?: string | null
  readonly grantId?: string | null
  readonly outcome?: string | null
  readonly from?: Date | null
  readonly to?: Date | null
}

const NOBODY = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
const types = Object.keys(idPrefixes) as readonly IdentifiedType[]

/** The uuid in an id of any type; an id that is none finds nothing, like one of a row that is not there. */
function anyId(id: string | null | undefined): string | null {
  if (id === null || id === undefined) return null
  for (const type of types) {
    const uuid = decodeId(type, id)
    if (uuid) return uuid
  }
  return NOBODY
}

const conditionsOf = ({ actor }: RequestContext, filter: AuditEventFilter): AuditEventConditions => ({
  tenantId: actor.reach === 'PLATFORM' ? null : actor.tenantId,
  action: filter.action ?? null,
  actorId: anyId(filter.actorId),
  targetId: anyId(filter.targetId),
  storeId: anyId(filter.storeId),
  requestId: filter.requestId ?? null,
  grantId: anyId(filter.grantId),
  outcome: filter.outcome ?? null,
  from: filter.from ?? null,
  to: filter.to ?? null,
})

/**
 * One page of the trail as the caller may see it, newest first.
 * @throws {DomainError} BAD_USER_INPUT - `first` or `after` out of form.
 */
export async function auditTrail(
  ctx: RequestContext,
  filter: AuditEventFilter,
  page: PageArguments,
): Promise<Connection<AuditEventRow>> {
  const request = pageRequest(page)
  const rows = await ctx.tenant.read((tx) => listEvents(tx, conditionsOf(ctx, filter), request))
  return connection(rows, request, (row) => ({ at: row.recorded_at, id: row.id }))
}
