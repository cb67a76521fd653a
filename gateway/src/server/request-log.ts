import type { Actor } from '@autora/shared/actor'
import type { Log } from '@autora/shared/telemetry'

/** What a request turned out to be, gathered on its way. */
export interface RequestNotes {
  operationName?: string
  actor?: Actor
  /** Why it was refused, where the client is not told. */
  refusal?: string
  /** The address held what looks like a credential, which is none there; never which. */
  hasCredentialInUrl?: true
  readonly codes: Set<string>
}

/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string
  /** One of our paths; anything else is not repeated, because addresses carry secrets. */
  readonly path: string
  readonly status: number
  readonly startedAt: number
  readonly requestId: string
}

const MOST_NAME_CHARACTERS = 64

/** Writes the one line of a request: who, what, how it ended; never a document, a value or a credential. */
export function logRequest(log: Log, request: AnsweredRequest, notes: RequestNotes): void {
  const { method, path, status, startedAt, requestId } = request
  const { actor, operationName, refusal, hasCredentialInUrl, codes } = notes
  log.info('request', {
    method,
    path,
    status,
    ms: Math.round((performance.now() - startedAt) * 10) / 10,
    requestId,
    ...(operationName && { operationName: operationName.slice(0, MOST_NAME_CHARACTERS) }),
    ...(actor && {
      actorKind: actor.kind,
      principal: actor.principal,
      actorId: actor.id,
      tenantId: actor.tenantId,
    }),
    ...(codes.size > 0 && { codes: [...codes].join(',') }),
    ...(refusal && { refusal }),
    ...(hasCredentialInUrl && { hasCredentialInUrl }),
  })
}
