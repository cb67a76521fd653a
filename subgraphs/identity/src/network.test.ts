import type { IncomingMessage } from 'node:http'
import { addressOf, networkOf } from './network.js'

const request = (forwarded: string | undefined) =>
  ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: '10.0.0.9' },
  }) as IncomingMessage

describe('the network of somebody', () => {
  it.each([
    ['192.0.2.77', '192.0.2/24'],
    ['::ffff:192.0.2.77', '192.0.2/24'],
    ['2001:db8:1234:5678:9abc::1', '20010db8123456/56'],
    ['2001:db8:1234:56ff::', '20010db8123456/56'],
    ['::1', '00000000000000/56'],
    ['fe80::1%eth0', 'fe800000000000/56'],
    ['not an address', 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it.each([
    ['nobody stands in front', 0, '198.51.100.1', '10.0.0.9'],
    ['one proxy stands in front', 1, '203.0.113.5, 198.51.100.1', '198.51.100.1'],
    ['two do', 2, '203.0.113.5, 198.51.100.1', '203.0.113.5'],
    ['the proxy says nothing', 1, undefined, '10.0.0.9'],
  ])('is that of the address that counts when %s', (_name, proxies, forwarded, address) => {
    expect(addressOf(request(forwarded), proxies)).toBe(address)
  })
})
