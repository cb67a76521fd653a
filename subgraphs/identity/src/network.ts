import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'

/** The first 56 bits of an IPv6 address: what one customer of a provider has. */
function firstOfV6(address: string): string {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const left = head.split(':').filter((group) => group !== '')
  const right = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right]
  const hex = groups.map((group) => group.padStart(4, '0')).join('')
  return `${hex.slice(0, 14)}/56`
}

/** The network of an address, as far as attempts are counted together: an IPv4 /24, an IPv6 /56. */
export function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(bare)) return `${bare.split('.').slice(0, 3).join('.')}/24`
  return isIPv6(bare) ? firstOfV6(bare) : 'unknown'
}

/** Where somebody signs in from, as the trail keeps it: personal data, which can be erased. */
export interface ClientOrigin {
  readonly address: string
  readonly userAgent: string
}

/** Where a request comes from. @param proxies - see `addressOf`. */
export const originOf = (request: IncomingMessage, proxies: number): ClientOrigin => ({
  address: addressOf(request, proxies),
  userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
})

/** As fields of an event. */
export const originFields = ({ address, userAgent }: ClientOrigin): Readonly<Record<string, string>> => ({
  'client.address': address,
  'client.userAgent': userAgent,
})

/**
 * The address that a request comes from.
 * @param proxies - how many proxies of ours stand in front, each adding the address it saw to X-Forwarded-For; what
 *   stands further left was written by whoever sent the request, and counts for nothing.
 */
export function addressOf(request: IncomingMessage, proxies: number): string {
  const seen = [request.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',')
  const forwarded = proxies > 0 ? seen.at(-proxies)?.trim() : undefined
  return forwarded || (request.socket.remoteAddress ?? '')
}
