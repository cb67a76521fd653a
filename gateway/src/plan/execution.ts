import type { OperationDefinitionNode } from 'graphql'
import type { Program } from '../authorize/index.js'
import type { SignedCaller } from '../calls/index.js'
import type { ViewReport } from '../view-as/index.js'

/** One authorized operation on its way to the subgraphs, and what the log will say about it. */
export interface Execution {
  readonly caller: SignedCaller
  readonly query: string
  /** SHA-256 of the query's text, in hex. */
  readonly hash: string
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
  /** What may be carried out for this caller; it has no denials. */
  readonly program: Program
  /** Set when it is carried out as a view. */
  readonly viewAs?: ViewReport | undefined
  /** Ends when the request's time is over. */
  readonly signal: AbortSignal
  /** Takes every error code that the answer carries. */
  readonly codes: Set<string>
}
