import type { DenialReason } from '@autora/shared/access'
import type { DocumentNode } from 'graphql'

/** A field that the operation asks for and the profile may not have. */
export interface Denial {
  /** Response keys, as the client spelt them. */
  readonly path: readonly string[]
  readonly coordinate: string
  readonly reason: DenialReason
  readonly policy: string
}

/** A field that is answered with null and a reason. */
export interface HiddenField {
  /** Response keys with `*` for the places of a list. */
  readonly path: readonly string[]
  readonly coordinate: string
  readonly class: string
  readonly policy: string
  readonly reason: DenialReason
}

/** Where in the data hidden fields are: one level for each level of the response that leads to one. */
export interface HiddenTree {
  readonly keys: Map<string, { hidden?: Map<string, HiddenField>; below?: HiddenTree }>
}

/** One operation, compiled for one access profile. Depends on nothing else, so it is made once. */
export interface Program {
  /** Not empty: the operation is refused before it is planned. */
  readonly denials: readonly Denial[]
  /** What is executed: hidden fields are replaced by `__typename`, so no subgraph is ever asked for them. */
  readonly document: DocumentNode
  /** Tells documents apart as planned; equal for profiles that see the same. */
  readonly planKey: string
  /** Null when nothing is hidden. */
  readonly hidden: HiddenTree | null
}
