import { once } from 'node:events'
import { createServer } from 'node:net'
import { EmbeddedPostgresError, errnoOf } from './errors.js'

/** The only address the server listens on. */
export const host = '127.0.0.1'

/**
 * The port itself if it is free, or for 0 a port that is free now. Another process may still take it
 * before PostgreSQL does.
 *
 * @throws {EmbeddedPostgresError} PG_PORT_BUSY - it cannot be opened.
 */
export async function choosePort(port: number): Promise<number> {
  const probe = createServer()
  try {
    probe.listen({ host, port, exclusive: true })
    await once(probe, 'listening')
    const address = probe.address()
    return typeof address === 'object' && address ? address.port : port
  } catch (cause) {
    throw errnoOf(cause) === 'ERR_SOCKET_BAD_PORT' ? cause : portBusy(port, cause)
  } finally {
    if (probe.listening) {
      probe.close()
      await once(probe, 'close')
    }
  }
}

/** The error for a port that cannot be had. */
export function portBusy(port: number, cause?: unknown): EmbeddedPostgresError {
  const errno = errnoOf(cause) ?? 'EADDRINUSE'
  return new EmbeddedPostgresError(
    'PG_PORT_BUSY',
    errno === 'EADDRINUSE' ? `Port ${port} is in use.` : `Port ${port} cannot be opened (${errno}).`,
    errno === 'EADDRINUSE'
      ? 'Stop what uses it, or set AUTORA_PG_PORT to a free port.'
      : 'Set AUTORA_PG_PORT to a free port above 1023.',
    { cause },
  )
}
