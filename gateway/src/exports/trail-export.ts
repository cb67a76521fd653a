import { createHash } from 'node:crypto'
import { type Answer, passedRefusal, Refusal } from '../answers/index.js'
import { CallFailed, type SignedCaller, type SubgraphWays } from '../calls/index.js'

/** Forms of an export and what they are called. */
const mediaTypes = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  ocsf: 'application/x-ndjson; charset=utf-8',
} as const

type Format = keyof typeof mediaTypes

interface Filter {
  readonly format: Format
  readonly from: string | null
  readonly to: string | null
  readonly actions: readonly string[]
}

/** What a client asks for: a filter with a reason, or what another owner approved. */
export type ExportWish =
  | { readonly filter: Filter; readonly reason: string | null }
  | { readonly request: string }

interface Cut {
  readonly size: number
  readonly checkpointSize: number
  readonly checkpoint: string
}

interface BegunExport extends Cut {
  readonly head: string
  readonly filter: Filter
}

/** An export that has begun: its event is in the trail. */
export interface OpenExport {
  readonly headers: Readonly<Record<string, string>>
  readonly pieces: AsyncIterable<string>
}

const known: ReadonlySet<string> = new Set(['format', 'from', 'to', 'action', 'reason', 'request'])
const passed: ReadonlySet<number> = new Set([403, 404, 409, 422])

const isFormat = (text: string): text is Format => Object.hasOwn(mediaTypes, text)

/**
 * Reads the address of an export: `format` (ndjson, csv, ocsf), `from`, `to`, `action` any number of times, `reason`; or
 * `request` alone.
 *
 * @throws {Refusal} 400 BAD_REQUEST - another parameter, one of them twice, or a form that there is not.
 */
export function readWish(url: string): ExportWish {
  const parameters = new URL(url, 'http://gateway').searchParams
  const refused = (message: string) => new Refusal(400, 'BAD_REQUEST', { message })
  for (const name of new Set(parameters.keys())) {
    if (!known.has(name)) throw refused('An export knows format, from, to, action and reason, or request.')
    if (name !== 'action' && parameters.getAll(name).length > 1) throw refused(`${name} is given twice.`)
  }
  const request = parameters.get('request')
  if (request !== null) {
    if (parameters.size > 1) throw refused('What is exported stands in the request.')
    return { request }
  }
  const format = parameters.get('format') ?? 'ndjson'
  if (!isFormat(format)) throw refused('format must be ndjson, csv or ocsf.')
  return {
    filter: {
      format,
      from: parameters.get('from'),
      to: parameters.get('to'),
      actions: parameters.getAll('action'),
    },
    reason: parameters.get('reason'),
  }
}

/** One step at the audit subgraph. @throws {Refusal} its refusal, or 503 when it does not answer. */
async function step<Result>(
  ways: SubgraphWays,
  caller: SignedCaller,
  signal: AbortSignal,
  path: 'begin' | 'page' | 'end',
  body: object,
): Promise<Result> {
  const call = { path: `/internal/trail-export/${path}`, body: JSON.stringify(body), signal }
  const answer = await ways.calls.audit
    .post(caller, { ...call, isRepeatable: path !== 'begin' })
    .catch((error: unknown) => {
      if (!(error instanceof CallFailed)) throw error
      throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' }, logged: error.fault })
    })
  if (answer.status !== 200) throw passedRefusal(answer.status, answer.body, passed)
  return JSON.parse(answer.body.toString('utf8')) as Result
}

/**
 * Begins an export. Once this has come back its event is in the trail; nothing of the trail has been shown before. The
 * pieces are fetched one by one as they are taken, each under a fresh seal: memory does not grow with the trail, and a
 * right that is withdrawn ends it.
 *
 * @throws {Refusal} 403, 404, 409, 422 with their codes; 503 SERVICE_UNAVAILABLE - the log has no checkpoint over this trail yet.
 */
export async function openExport(
  ways: SubgraphWays,
  caller: SignedCaller,
  wish: ExportWish,
  signal: AbortSignal,
): Promise<OpenExport> {
  const begun = await step<BegunExport>(ways, caller, signal, 'begin', wish)
  const { head, filter, ...cut } = begun
  const { format } = filter
  async function* pieces(): AsyncGenerator<string> {
    const hash = createHash('sha256').update(head)
    let count = 0
    yield head
    for (let begin: number | null = 0; begin !== null; ) {
      const page: { text: string; count: number; next: number | null } = await step(
        ways,
        caller,
        signal,
        'page',
        { filter, cut, begin },
      )
      hash.update(page.text)
      count += page.count
      begin = page.next
      if (page.text) yield page.text
    }
    const trailer = { format, cut, count, sha256: hash.digest('hex') }
    yield (await step<{ text: string }>(ways, caller, signal, 'end', trailer)).text
  }
  const extension = format === 'csv' ? 'csv' : 'ndjson'
  return {
    headers: {
      'content-type': mediaTypes[format],
      'content-disposition': `attachment; filename="audit-trail.${extension}"`,
    },
    pieces: pieces(),
  }
}

/** What is left of an answer that was sent piece by piece. */
export const sentAnswer = (status: number): Answer => ({ status, body: '', isSent: true })
