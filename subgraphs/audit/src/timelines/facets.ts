import { createHash } from 'node:crypto'
import { idPrefixes } from '@autora/shared/request'
import type { Facet, Indexed, TimelineKey } from './entity.js'

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const idForm = /^([a-z]{3})_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/** People of a detail that are named by a bare uuid. */
const personName = /(^|[a-z])(user|supporter|assignee|customer)(Id)?$/i
const peopleTypes: ReadonlySet<string> = new Set(['User', 'Customer', 'Account'])
const peoplePrefixes: ReadonlySet<string> = new Set([idPrefixes.User, idPrefixes.Customer])

/** Key of a request's timeline: requests have texts for ids, which may be of any form. */
export function requestKey(requestId: string): string {
  const hex = createHash('sha256').update(requestId).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}

/** Facets of an id that is found in a detail; null for a text that is none. */
function idIn(name: string, text: string): { readonly key: string; readonly also: Facet | null } | null {
  const match = idForm.exec(text)
  if (match) {
    const [, prefix = '', ...parts] = match
    const isPerson = peoplePrefixes.has(prefix)
    return {
      key: parts.join('-'),
      also: isPerson ? 'PERSON' : prefix === idPrefixes.SupportGrant ? 'GRANT' : null,
    }
  }
  return uuidForm.test(text) ? { key: text, also: personName.test(name) ? 'PERSON' : null } : null
}

function* idsIn(detail: unknown, name = ''): Generator<TimelineKey> {
  if (typeof detail === 'string') {
    const id = idIn(name, detail)
    if (!id) return
    yield { facet: 'RECORD', key: id.key }
    if (id.also) yield { facet: id.also, key: id.key }
  } else if (Array.isArray(detail)) for (const one of detail) yield* idsIn(one, name)
  else if (typeof detail === 'object' && detail !== null)
    for (const [key, value] of Object.entries(detail)) yield* idsIn(value, key)
}

function* all(event: Indexed): Generator<TimelineKey> {
  const { actorId, principal, grantId, requestId, targetType, targetId } = event
  yield { facet: 'REQUEST', key: requestKey(requestId) }
  if (grantId) yield { facet: 'GRANT', key: grantId }
  if (targetType === 'SupportGrant') yield { facet: 'GRANT', key: targetId }
  if (principal === 'PARTNER') yield { facet: 'RECORD', key: actorId }
  else if (principal !== 'SYSTEM') yield { facet: 'PERSON', key: actorId }
  yield { facet: 'RECORD', key: targetId }
  if (peopleTypes.has(targetType)) yield { facet: 'PERSON', key: targetId }
  yield* idsIn(event.detail)
}

/**
 * The timelines that an event is in, each once: of who did it and of everybody it is about; of what it is about and of
 * everything named in its detail; of the grant it was done under or is about; of its request. Both the follower that
 * writes timelines and the read that doubts them ask here.
 */
export function timelinesOf(event: Indexed): TimelineKey[] {
  const found = new Map<string, TimelineKey>()
  for (const one of all(event)) found.set(`${one.facet}/${one.key}`, one)
  return [...found.values()]
}
