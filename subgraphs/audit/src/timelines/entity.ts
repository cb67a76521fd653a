/** What a timeline is about. A number never changes meaning: it is stored. */
export const facets = { PERSON: 1, RECORD: 2, GRANT: 3, REQUEST: 4 } as const

/** One of them. */
export type Facet = keyof typeof facets

/** What of an event says in which timelines it is. */
export interface Indexed {
  readonly actorId: string
  readonly principal: string
  readonly grantId: string | null
  readonly requestId: string
  readonly targetType: string
  readonly targetId: string
  readonly detail: unknown
}

/** A timeline that an event is in. */
export interface TimelineKey {
  readonly facet: Facet
  readonly key: string
}
