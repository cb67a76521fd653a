/** The policy of a dealer group as its statements return it. */
export interface AccessPolicyRow {
  /** The tenant's id. */
  readonly id: string
  readonly version: number
  readonly marketingContactMasked: boolean
}
