/** What a bundle turned out to be. */
export type Verdict =
  /**
   * All events of the tenant up to the last witnessed checkpoint, untouched, `disclosed` values as committed to, `notes` what
   * the log declared about itself; of a receipt, the event with `index`.
   */
  | ({ readonly verdict: 'VERIFIED'; readonly events: number; readonly disclosed: number } & {
      readonly until: Date
      readonly notes: readonly string[]
      readonly index?: number
    })
  /** Something differs from what was witnessed; `from` is the first index that may be touched, `after` the last witnessed time before it. */
  | { readonly verdict: 'TAMPERED'; readonly why: string; readonly from: number; readonly after: Date | null }
  /** The evidence is too weak or too old to say. */
  | { readonly verdict: 'CANNOT_TELL'; readonly why: string; readonly until: Date | null }
