import { BlockList, isIP, isIPv4 } from 'node:net'
import type { Network } from '@autora/shared/config'

/** Entries of X-Forwarded-For that are looked at: no way is longer. */
const MOST_HOPS = 20

/** An address in one spelling: IPv4 inside IPv6 is IPv4, no zone. Null for anything that is none. */
function plain(text: string): string | null {
  const address = text.trim().split('%')[0] ?? ''
  const inner = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const found = inner ?? address
  return isIP(found) === 0 ? null : found
}

/**
 * Finds the address a request comes from. The connection says where the last hop is; only while that is a proxy of ours
 * is the next entry of X-Forwarded-For believed, from right to left. What a client writes into the header himself
 * stands to the left of what our proxy wrote, and is never reached.
 */
export class ClientAddress {
  private readonly proxies = new BlockList()

  /** @param trusted - networks of our own proxies; by default none, and the header is ignored. */
  constructor(trusted: readonly Network[] = []) {
    for (const { address, bits } of trusted)
      this.proxies.addSubnet(address, bits, isIPv4(address) ? 'ipv4' : 'ipv6')
  }

  /**
   * @param remote - of the connection.
   * @param forwarded - X-Forwarded-For, several headers joined by commas in their order.
   * @returns null when nobody can say: a key that is limited to networks is then refused.
   */
  of(remote: string | undefined, forwarded: string | undefined): string | null {
    let address = plain(remote ?? '')
    const hops = (forwarded ?? '').split(',').slice(-MOST_HOPS)
    while (address !== null && this.isProxy(address)) {
      const hop = hops.pop()
      if (hop === undefined || hop.trim() === '') return address
      address = plain(hop)
    }
    return address
  }

  private isProxy(address: string): boolean {
    return this.proxies.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
  }
}
