import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refusal } from './refusal.js'

/** A whole answer, ready to be sent. */
export interface Answer {
  readonly status: number
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** The connection ends with this answer. */
  readonly closes?: boolean
  /** It has been sent piece by piece; only the log still wants to know. */
  readonly isSent?: boolean
}

/** Headers of every answer: nothing is stored, sniffed, framed or read by other sites. No CORS header exists. */
const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'content-type': 'application/json; charset=utf-8',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

/** How long, in milliseconds, the rest of a refused body is thrown away so that the client can read the answer. */
const LINGER_MS = 1_000

/** Bytes of a refused body that are thrown away at most. */
const LINGER_BYTES = 8 * 1024 * 1024

/** An answer of plain data. */
export const jsonAnswer = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) })

/**
 * The answer to a refused request. A 401 carries no request id in its body: whatever was wrong with the credential,
 * the bytes are the same.
 */
export function refusalAnswer(refusal: Refusal, requestId: string): Answer {
  const { errors, status, details } = refusal
  const body = status === 401 ? { errors } : { errors, extensions: { requestId } }
  return {
    status,
    body: JSON.stringify(body),
    ...(details.headers && { headers: details.headers }),
    ...(details.closes && { closes: true }),
  }
}

/** Ends an answer once the client has sent its body or `LINGER` is over: a reset would take the answer from it. */
function endAfterBody(request: IncomingMessage, response: ServerResponse): void {
  let thrownAway = 0
  const finish = () => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(finish, LINGER_MS)
  request.on('data', (chunk: Buffer) => {
    thrownAway += chunk.length
    if (thrownAway > LINGER_BYTES) finish()
  })
  request.once('end', finish)
  request.once('close', finish)
  request.resume()
}

/** A client that takes nothing for so long is gone, in milliseconds. */
const STALL_MS = 30_000

/** Waits until the client has taken what was written. @throws when it is gone, too slow, or `signal` says so. */
function taken(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (error?: Error) => {
      clearTimeout(timer)
      response.off('drain', drained).off('close', gone)
      signal.removeEventListener('abort', aborted)
      if (error) reject(error)
      else resolve()
    }
    const drained = () => over()
    const gone = () => over(new Error('the client is gone'))
    const aborted = () => over(signal.reason as Error)
    const timer = setTimeout(() => over(new Error('the client takes nothing')), STALL_MS)
    response.once('drain', drained).once('close', gone)
    signal.addEventListener('abort', aborted, { once: true })
    if (response.destroyed) gone()
    else if (signal.aborted) aborted()
  })
}

/**
 * Sends an answer whose length nobody knows, no faster than the client takes it. When it breaks off, so does the
 * connection: an answer that lacks its end cannot be taken for a whole one.
 *
 * @throws what `pieces` threw, once the connection has been ended.
 */
export async function sendPieces(
  response: ServerResponse,
  {
    headers,
    pieces,
  }: { readonly headers: Readonly<Record<string, string>>; readonly pieces: AsyncIterable<string> },
  requestId: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    response.writeHead(200, { ...securityHeaders, ...headers, 'x-request-id': requestId })
    for await (const piece of pieces) {
      signal.throwIfAborted()
      if (!response.write(piece)) await taken(response, signal)
    }
    response.end()
  } catch (error) {
    response.destroy()
    throw error
  }
}

/** Sends an answer with the security headers and the request id. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  requestId: string,
): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  response.writeHead(answer.status, {
    ...securityHeaders,
    ...answer.headers,
    'content-length': body.length,
    'x-request-id': requestId,
    ...(answer.closes && { connection: 'close' }),
  })
  if (!answer.closes || request.complete) {
    response.end(body)
    return
  }
  response.write(body)
  endAfterBody(request, response)
}
