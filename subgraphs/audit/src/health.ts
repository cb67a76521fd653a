import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A process that is asked nothing but how it is. */
export interface RunningProcess {
  readonly url: string
  /** Finishes what runs and lets go of the database. */
  close(): Promise<void>
}

/** Answers `GET /health/live` and `/health/ready`, and nothing else. */
export async function serveHealth(
  host: string,
  port: number,
  isReady: () => boolean,
): Promise<RunningProcess> {
  const server = createServer((request, response) => {
    const isKnown = request.url === '/health/live' || request.url === '/health/ready'
    const isWell = request.url === '/health/live' || isReady()
    response.writeHead(isKnown ? (isWell ? 200 : 503) : 404, { 'content-type': 'application/json' })
    response.end(isKnown ? `{"status":"${isWell ? 'ok' : 'unavailable'}"}` : '{}')
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
