import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from '@autora/shared/graphql'
import type { Log } from '@autora/shared/telemetry'
import { TlogError } from '@autora/shared/tlog'
import { formatSignatureLines, parseAddCheckpoint } from './protocol.js'
import type { Witness } from './witness.js'

const MOST_BODY_BYTES = 64 * 1024

/** A witness that listens. */
export interface RunningWitness {
  readonly url: string
  close(): Promise<void>
}

const send = (response: ServerResponse, status: number, body = '', type = 'text/plain; charset=utf-8') => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

async function addCheckpoint(witness: Witness, request: IncomingMessage, response: ServerResponse) {
  const body = await readBody(request, MOST_BODY_BYTES)
  if (body === null) return send(response, 413)
  try {
    const answer = witness.add(parseAddCheckpoint(body.toString('utf8')))
    if (answer.status === 200) return send(response, 200, formatSignatureLines([answer.cosignature]))
    if (answer.status === 409) return send(response, 409, `${answer.size}\n`, 'text/x.tlog.size')
    return send(response, answer.status)
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    return send(response, 400, `${error.message}\n`)
  }
}

/** Serves a witness: `POST /add-checkpoint`, `GET /health/live` and `/health/ready`. @param port - 0 picks a free one. */
export async function serveWitness(
  witness: Witness,
  { host, port, log }: { readonly host: string; readonly port: number; readonly log: Log },
): Promise<RunningWitness> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/health/')) return send(response, 200, '{"status":"ok"}', 'application/json')
    if (request.url !== '/add-checkpoint' || request.method !== 'POST') return send(response, 404)
    return addCheckpoint(witness, request, response)
  }
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      log.error('witness.failed', error)
      if (response.headersSent) response.destroy()
      else send(response, 500)
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
