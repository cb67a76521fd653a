import { connect } from 'node:net'

/** An answer as its bytes came. */
export interface WireAnswer {
  readonly status: number
  /** Status line and headers, as text. */
  readonly head: string
  readonly body: string
}

/** A request down to its header lines, in their order and as often as they are named. */
export interface WireRequest {
  readonly method?: string
  readonly path?: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

function answerOf(text: string): WireAnswer {
  const end = text.indexOf('\r\n\r\n')
  const head = end < 0 ? text : text.slice(0, end)
  return { status: Number(head.split(' ')[1] ?? 0), head, body: end < 0 ? '' : text.slice(end + 4) }
}

/** Sends exactly these bytes and reads until the server ends the connection: HTTP clients tidy up too much. */
export function sendWire(
  url: string,
  { method, path, headers, body = '' }: WireRequest,
): Promise<WireAnswer> {
  const { hostname, port } = new URL(url)
  const lines = [
    `${method ?? 'POST'} ${path ?? '/graphql'} HTTP/1.1`,
    'host: gateway',
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('close', () => resolve(answerOf(text)))
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(answerOf(text))))
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  })
}

/** How many headers `sendWire` adds to those it is given. */
export const WIRE_HEADERS = 3
