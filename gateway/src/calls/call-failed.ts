/** Why a call to a subgraph has no answer. */
export type CallFault =
  /** No connection, or it ended before the answer did. */
  | 'BROKEN'
  /** Nothing whole came back in time. */
  | 'TIMEOUT'
  /** Too many calls wait for this subgraph already. */
  | 'CROWDED'
  /** The answer is longer than anything the platform sends. */
  | 'TOO_LARGE'

/** A call that has no answer. Its cause holds addresses and stays in the log. */
export class CallFailed extends Error {
  constructor(
    readonly fault: CallFault,
    options?: { cause?: unknown },
  ) {
    super(`A call to a subgraph failed: ${fault}`, options)
    this.name = 'CallFailed'
  }

  /** Whatever was thrown, as a `CallFailed`. */
  static from(thrown: unknown): CallFailed {
    if (thrown instanceof CallFailed) return thrown
    const code = (thrown as { code?: unknown } | null)?.code
    return new CallFailed(code === 'UND_ERR_CONNECT_TIMEOUT' ? 'TIMEOUT' : 'BROKEN', { cause: thrown })
  }
}
