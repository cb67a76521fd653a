import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { limits } from '../protect/index.js'
import type { Front } from './front.js'

/** Times of connections in milliseconds, and how many there may be. */
export const connectionLimits = {
  requestTimeout: 15_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 65_000,
  checkEvery: 2_000,
  connections: 8_192,
  drain: 10_000,
  grace: 1_000,
} as const

/** A server that listens. */
export interface Listening {
  readonly url: string
  /** Stops accepting, sends new requests away, waits for running ones, then ends every connection. */
  close(): Promise<void>
}

/** Waits until every connection ended: those with a request get `drain`, those still sending one get `grace`. */
async function drained(server: Server, closed: Promise<void>, running: () => number): Promise<void> {
  let isClosed = false
  const ended = closed.then(() => {
    isClosed = true
  })
  const start = performance.now()
  while (!isClosed) {
    server.closeIdleConnections()
    const waited = performance.now() - start
    if (waited > (running() > 0 ? connectionLimits.drain : connectionLimits.grace)) break
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))])
  }
  server.closeAllConnections()
  await ended
}

/** Listens for the front. @param port - 0 picks a free one. */
export async function listen(front: Front, host: string, port: number): Promise<Listening> {
  let running = 0
  const server = createServer(
    {
      requestTimeout: connectionLimits.requestTimeout,
      headersTimeout: connectionLimits.headersTimeout,
      keepAliveTimeout: connectionLimits.keepAliveTimeout,
      connectionsCheckingInterval: connectionLimits.checkEvery,
      maxHeaderSize: limits.headerBytes,
    },
    (request, response) => {
      running += 1
      response.once('close', () => {
        running -= 1
      })
      front.handle(request, response).catch(() => response.destroy()) // an answer that cannot be sent
    },
  )
  server.maxHeadersCount = limits.headers + 2 // more would be dropped unseen; so that many can be counted and refused
  server.maxConnections = connectionLimits.connections
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      front.drain()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await drained(server, closed, () => running)
    },
  }
}
