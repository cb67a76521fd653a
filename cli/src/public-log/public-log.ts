import type { FetchTile } from '@autora/shared/tlog'
import { tilePath } from '@autora/shared/tlog'
import { Complaint } from '../terminal/complaint.js'

/** How long one piece may take, in milliseconds, and how large it may be, in bytes. */
const limits = { timeoutMs: 10_000, bytes: 1_000_000 } as const

/** A log that somebody publishes (C2SP tlog-tiles). */
export interface PublicLog {
  readonly fetchTile: FetchTile
  /** The newest checkpoint, as a note. @throws {Complaint} when there is none, or nobody answers. */
  newest(): Promise<string>
}

async function piece(address: string): Promise<Buffer> {
  const fault = (why: string, cause?: unknown) => new Complaint(`${address} ${why}.`, { cause })
  let answer: Response
  let body: Buffer
  try {
    answer = await fetch(address, { signal: AbortSignal.timeout(limits.timeoutMs), redirect: 'error' })
    if (Number(answer.headers.get('content-length') ?? 0) > limits.bytes) throw fault('is too large')
    body = Buffer.from(await answer.arrayBuffer())
  } catch (error) {
    throw error instanceof Complaint ? error : fault('does not answer', error)
  }
  if (answer.status !== 200) throw fault(`answered ${answer.status}`)
  return body
}

/**
 * The log at an address such as `https://api.example/trail`.
 * @throws {Complaint} when that is no address.
 */
export function publicLogAt(address: string): PublicLog {
  if (!/^https?:\/\/\S+$/.test(address) || !URL.canParse(address))
    throw new Complaint(`${address} is not the address of a log, such as https://api.example/trail.`)
  const base = address.replace(/\/+$/, '')
  return {
    fetchTile: (tile) => piece(`${base}/${tilePath(tile)}`),
    newest: async () => (await piece(`${base}/checkpoint`)).toString('utf8'),
  }
}
