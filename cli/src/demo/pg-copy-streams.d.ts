/** What the loader uses of pg-copy-streams 7, which has no types of its own. */
declare module 'pg-copy-streams' {
  import type { Writable } from 'node:stream'
  import type { Submittable } from 'pg'

  /** A stream that a client runs as a query: what is written to it becomes the input of `copy … from stdin`. */
  export function from(sql: string): Writable & Submittable
}
