import { invalid } from '@autora/shared/errors'
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
import { recordReading } from '../reading/index.js'
import type { AuditEventConditions } from './entity.js'
import { type CheckedEvent, checked } from './integrity.js'
import { listEvents } from './repository.js'
import { readingScope } from './scope.js'

/** Conditions as a client gives them. */
export interface AuditEventFilter {
  readonly action?: string | null
  readonly actions?: readonly string[] | null
  readonly principal?: string | null
  readonly actorId?: string | null
  readonly targetId?: string | null
  readonly storeId?: string | null
  readonly requestId?: string | null
  readonly grantId?: string | null
  readonly outcome?: AuditEventConditions['outcome']
  readonly from?: Date | null
  readonly to?: Date | null
}

const NOBODY = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
const types = Object.keys(idPrefixes) as readonly IdentifiedType[]

/** The uuid in an id of any type; an id that is none finds nothing, like one of a row that is not there. */
export function anyId(id: string | null | undefined): string | null {
  if (id === null || id === undefined) return null
  for (const type of types) {
    const uuid = decodeId(type, id)
    if (uuid) return uuid
  }
  return NOBODY
}

/** Both an action and a list of them: what is in both. */
function actionsOf({ action, actions }: AuditEventFilter): readonly string[] | null {
  if (!action) return actions ? [...new Set(actions)] : null
  return actions && !actions.includes(action) ? [] : [action]
}

const conditionsOf = (ctx: RequestContext, filter: AuditEventFilter): AuditEventConditions => ({
  ...readingScope(ctx),
  actions: actionsOf(filter),
  principal: filter.principal ?? null,
  actorId: anyId(filter.actorId),
  targetId: anyId(filter.targetId),
  storeId: anyId(filter.storeId),
  requestId: filter.requestId ?? null,
  grantId: anyId(filter.grantId),
  outcome: filter.outcome ?? null,
  from: filter.from ?? null,
  to: filter.to ?? null,
})

const MOST_ACTIONS = 20

/**
 * One page of the trail as the caller may see it, newest first, each event compared with the log. That it was read is an
 * event of its own, committed before the page is handed out.
 *
 * @throws {DomainError} BAD_USER_INPUT - `first` or `after` out of form, or more than 20 actions.
 */
export async function auditTrail(
  ctx: RequestContext,
  filter: AuditEventFilter,
  page: PageArguments,
): Promise<Connection<CheckedEvent>> {
  const request = pageRequest(page)
  if ((filter.actions?.length ?? 0) > MOST_ACTIONS)
    throw invalid('BAD_USER_INPUT', { field: ['actions'], message: `Name at most ${MOST_ACTIONS} actions.` })
  return ctx.tenant.write(async (tx) => {
    const rows = checked(ctx, await listEvents(tx, conditionsOf(ctx, filter), request))
    const events = rows.slice(0, request.limit)
    await recordReading(tx, ctx, { field: 'auditEvents', filter: { ...filter }, events })
    return connection(rows, request, (row) => ({ at: row.recorded_at, id: row.id }))
  })
}
