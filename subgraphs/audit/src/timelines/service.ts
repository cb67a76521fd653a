import { invalid } from '@autora/shared/errors'
import {
  type Connection,
  connection,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { anyId, type CheckedEvent, checked, readingScope } from '../events/index.js'
import { recordReading } from '../reading/index.js'
import { type Facet, facets, type TimelineKey } from './entity.js'
import { requestKey, timelinesOf } from './facets.js'
import { listTimeline } from './repository.js'

/** What a timeline is asked of: exactly one. */
export interface TimelineOf {
  readonly person?: string | null
  readonly record?: string | null
  readonly grant?: string | null
  readonly request?: string | null
}

/** Which end of a timeline comes first. */
export type TimelineOrder = 'NEWEST_FIRST' | 'OLDEST_FIRST'

function keyOf(of: TimelineOf): TimelineKey {
  const given = Object.entries(of).filter((one): one is [string, string] => Boolean(one[1]))
  const [name, id] = given[0] ?? []
  if (given.length !== 1 || !name || !id)
    throw invalid('BAD_USER_INPUT', {
      field: ['of'],
      message: 'Name one of person, record, grant and request.',
    })
  const facet = name.toUpperCase() as Facet
  return { facet, key: facet === 'REQUEST' ? requestKey(id) : (anyId(id) ?? '') }
}

/** Whether an event is in a timeline by what it says itself: a line that somebody put there shows nothing. */
const isIn =
  ({ facet, key }: TimelineKey) =>
  (row: CheckedEvent): boolean =>
    timelinesOf({
      actorId: row.actor_id,
      principal: row.actor_principal,
      grantId: row.grant_id,
      requestId: row.request_id,
      targetType: row.target_type,
      targetId: row.target_id,
      detail: JSON.parse(row.detail),
    }).some((one) => one.facet === facet && one.key === key)

/**
 * One page of the timeline of a person, a record, a support grant or a request over the whole platform, as far as the
 * caller sees its events. It knows what the log knows: an event appears a moment after it happened.
 *
 * @throws {DomainError} BAD_USER_INPUT - not exactly one thing asked of, or `first` or `after` out of form.
 */
export async function auditTimeline(
  ctx: RequestContext,
  of: TimelineOf,
  order: TimelineOrder,
  page: PageArguments,
): Promise<Connection<CheckedEvent>> {
  const request = pageRequest(page)
  const asked = keyOf(of)
  const question = { facet: facets[asked.facet], key: asked.key, isOldestFirst: order === 'OLDEST_FIRST' }
  return ctx.tenant.write(async (tx) => {
    const rows = checked(ctx, await listTimeline(tx, question, readingScope(ctx), request))
    const { edges, pageInfo } = connection(rows, request, (row) => ({ at: row.recorded_at, id: row.id }))
    const belongs = isIn(asked)
    const own = edges.filter(({ node }) => belongs(node))
    const events = own.map(({ node }) => node)
    await recordReading(tx, ctx, { field: 'auditTimeline', filter: { ...of }, events })
    return { edges: own, pageInfo }
  })
}
