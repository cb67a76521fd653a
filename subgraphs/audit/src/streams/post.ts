import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { InnerAddress, isOuter, literalAddress, outerLookup } from '@autora/shared/egress'

/** How long a receiver may take, in milliseconds. */
const TIMEOUT_MS = 5_000

/** What became of a delivery: `HTTP_<status>`, or why there was no answer. Never a word of the receiver's. */
export type DeliveryStatus = `HTTP_${number}` | 'TIMEOUT' | 'UNREACHABLE' | 'INNER_ADDRESS'

/**
 * Whether a stream may lead there: https to a name or a public address, without credentials in it. A name is looked at
 * again with every connection.
 */
export function isAllowedUrl(text: string, allowsLoopback: boolean): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, hash } = new URL(text) // reads every notation of an address
  if (username || password || hash) return false
  const literal = literalAddress(hostname)
  const isLoopback = literal !== null && isOuter(literal, true) && !isOuter(literal, false)
  if (literal && !isOuter(literal, allowsLoopback)) return false
  if (/(^|\.)(localhost|local|internal|home\.arpa)\.?$/i.test(hostname)) return false
  return protocol === 'https:' || (protocol === 'http:' && allowsLoopback && isLoopback)
}

/** Sends deliveries: to addresses of the open Internet only, following no redirect, reading no answer. */
export class Post {
  private readonly lookup: LookupFunction

  constructor(
    private readonly allowsLoopback: boolean,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    this.lookup = outerLookup(allowsLoopback)
  }

  /** Sends one delivery over a connection of its own. Never rejects. */
  async send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<DeliveryStatus> {
    if (!isAllowedUrl(url, this.allowsLoopback)) return 'INNER_ADDRESS'
    const signal = AbortSignal.timeout(this.timeoutMs)
    try {
      return `HTTP_${await this.status(url, headers, body, signal)}`
    } catch (error) {
      if (error instanceof InnerAddress) return 'INNER_ADDRESS'
      return signal.aborted ? 'TIMEOUT' : 'UNREACHABLE'
    }
  }

  /** The status of the answer; what else a receiver says is none of our business. */
  private status(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<number> {
    const request = new URL(url).protocol === 'https:' ? requestHttps : requestHttp
    return new Promise((resolve, reject) => {
      request(
        url,
        {
          method: 'POST',
          agent: false,
          signal,
          lookup: this.lookup,
          headers: {
            ...headers,
            'content-type': 'application/x-ndjson; charset=utf-8',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'AUTORA',
          },
        },
        (answer) => {
          resolve(answer.statusCode ?? 0)
          answer.on('error', () => undefined).destroy()
        },
      )
        .on('error', reject)
        .end(body)
    })
  }
}
