/** What a value of an event's detail may be. Nothing else fits, so nothing about a person slips in unnoticed. */
export const detailKinds = {
  /** An id: uuid, or prefix and 32 hex digits. */
  id: 'an id',
  /** At most 500 ids. */
  ids: 'ids',
  /** A name of ours without spaces, at most 120 characters: a state, a code, the name of a field. */
  code: 'a code',
  /** At most 500 codes. */
  codes: 'codes',
  /** A whole number from zero. */
  count: 'a count',
  /** A count for each of some codes. */
  counts: 'counts by name',
  /** True or false. */
  flag: 'yes or no',
  /** A moment, ISO 8601 in UTC. */
  time: 'a time',
  /** SHA-256 in hexadecimal. */
  hash: 'a SHA-256',
  /** A code for each of some codes. */
  names: 'codes by name',
  /** A commitment for each personal field: what `recordAudit` makes of `personal`. */
  personal: 'commitments by name',
  /** For each field of the graph its class, how often it was shown clear, masked or not, and by which rule. */
  shown: 'shown fields by name',
  /** At most 2,000 characters that somebody wrote; never about a person. */
  text: 'a text',
} as const

/** One of them. */
export type DetailKind = keyof typeof detailKinds

/** The stream an event belongs to: each has readers and a volume of its own. */
export type ActionCategory =
  /** Who may do what, and how the platform is set up. */
  | 'ADMIN'
  /** The dealers' own work. */
  | 'BUSINESS'
  /** Somebody saw personal data, or took evidence away. */
  | 'DATA_READ'
  /** Something was tried and refused. */
  | 'DENIED'
  /** Who signed in, how, and for how long. */
  | 'SIGN_IN'

/** What an event of one action looks like. A published version never changes: another shape is another version. */
export interface ActionShape {
  readonly category: ActionCategory
  /** From 1; one more whenever `detail` changes. */
  readonly version: number
  /** Key → what stands there; a question mark behind the kind: it may be absent or null. */
  readonly detail: Readonly<Record<string, DetailKind | `${DetailKind}?`>>
}

const stream =
  (category: ActionCategory) =>
  (detail: ActionShape['detail'] = {}, version = 1): ActionShape => ({ category, version, detail })

/** An act of administration, with the keys of its detail. @param version - default 1. */
export const admin = stream('ADMIN')
/** An act of the dealers' own work. @param version - default 1. */
export const business = stream('BUSINESS')
/** A read that is told. @param version - default 1. */
export const dataRead = stream('DATA_READ')
/** A refusal. @param version - default 1. */
export const denied = stream('DENIED')
/** An act of signing in or out. @param version - default 1. */
export const signIn = stream('SIGN_IN')
