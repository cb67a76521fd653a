/** One number of the tally of a grant. */
export interface TallyRow {
  readonly grant_id: string
  readonly measure:
    | 'EVENTS'
    | 'REQUESTS'
    | 'READS'
    | 'RECORDS'
    | 'FIELDS_CLEAR'
    | 'FIELDS_MASKED'
    | 'FIELDS_REDACTED'
    | 'WRITES'
    | 'DENIALS'
  /** Type, class or action that was counted; empty where there is only one number. */
  readonly name: string
  readonly amount: number
  readonly first_at: Date
  readonly last_at: Date
  readonly ended_at: Date | null
}

/** A name and how often it came. */
export interface NamedCount {
  readonly name: string
  readonly count: number
}

/** What happened under one grant, in numbers. */
export interface SupportActivity {
  readonly grantId: string
  readonly requests: number
  readonly reads: number
  readonly events: number
  readonly records: readonly NamedCount[]
  readonly fields: readonly {
    readonly class: string
    readonly clear: number
    readonly masked: number
    readonly redacted: number
  }[]
  readonly writes: readonly NamedCount[]
  readonly denials: readonly NamedCount[]
  readonly firstAt: Date
  readonly lastAt: Date
  /** Null while the grant is live; from then on nothing here can change. */
  readonly endedAt: Date | null
}
