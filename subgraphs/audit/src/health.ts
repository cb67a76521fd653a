import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A process that is asked nothing but how it is. */
export interface RunningProcess {
  readonly url: string
  /** Finishes what runs and lets go of the database. */
  close(): Promise<void>
}

/**
 * Answers `GET /health/live` and `/health/ready`, and nothing else. What is ready may say more about itself: `facts`, of
 * which `status` replaces `ok`.
 */
export async function serveHealth(
  host: string,
  port: number,
  isReady: () => boolean,
  facts: () => Readonly<Record<string, unknown>> = () => ({}),
): Promise<RunningProcess> {
  const server = createServer((request, response) => {
    const isKnown = request.url === '/health/live' || request.url === '/health/ready'
    const isWell = request.url === '/health/live' || isReady()
    response.writeHead(isKnown ? (isWell ? 200 : 503) : 404, { 'content-type': 'application/json' })
    const status = isWell ? 'ok' : 'unavailable'
    const isReadiness = request.url === '/health/ready'
    response.end(JSON.stringify(isKnown ? { status, ...(isReadiness && isWell && facts()) } : {}))
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
