import { randomUUID } from 'node:crypto'

const form = /^[A-Za-z0-9_-]{8,64}$/

/** The id of a request: the client's `x-request-id` when it has the form of one, else a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && form.test(header) ? header : randomUUID()
}
