import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const inner = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(net, bits, 'ipv6')
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether an address is one of the open Internet, where things that dealer groups name have to be. */
export function isOuter(address: string, withLoopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  return !inner.check(address, family) || (withLoopback && loopback.check(address, family))
}

/** The address that a host name is, when it is one; null for a name. */
export function literalAddress(hostname: string): string | null {
  const literal = hostname.replace(/^\[|\]$/g, '')
  return isIP(literal) ? literal : null
}

/** A connection that would lead into our own network. */
export class InnerAddress extends Error {
  constructor() {
    super('the host has an inner address')
    this.name = 'InnerAddress'
  }
}

/**
 * Looks a name up for a connection, and refuses it when any of its addresses is an inner one. What the connection is made
 * to is what was looked at: a name that changes in between changes nothing.
 *
 * @param withLoopback - lets the own machine through, for development.
 */
export const outerLookup =
  (withLoopback: boolean): LookupFunction =>
  (hostname, options, done) => {
    lookup(hostname, { ...(options as LookupOptions), all: true }, (error, found) => {
      const addresses = found as LookupAddress[]
      const isOpen = error || addresses.every(({ address }) => isOuter(address, withLoopback))
      const fault = error ?? (isOpen ? null : new InnerAddress())
      const [first] = addresses ?? []
      if (fault || !first) done(fault ?? new Error('no address'), '', 4)
      else if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }
