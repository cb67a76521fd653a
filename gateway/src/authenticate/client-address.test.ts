import { ClientAddress } from './client-address.js'

const proxied = new ClientAddress([
  { address: '10.0.0.0', bits: 8 },
  { address: 'fd00::', bits: 8 },
])

describe('the address of a client', () => {
  it.each<[string, string | undefined, string | undefined, string | null]>([
    ['the connection, when nobody stands in front', '192.0.2.1', undefined, '192.0.2.1'],
    ['the connection, whatever a stranger says', '192.0.2.1', '10.0.0.1, 198.51.100.1', '192.0.2.1'],
    ['what our proxy says', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['what our proxy says, not what stands left of it', '10.0.0.1', '198.51.100.9, 192.0.2.1', '192.0.2.1'],
    ['what our outer proxy says', '10.0.0.1', '198.51.100.9, 192.0.2.1, 10.9.9.9', '192.0.2.1'],
    ['the same over IPv6', 'fd00::1', '2001:db8::7', '2001:db8::7'],
    ['IPv4 inside IPv6', '::ffff:10.0.0.1', '::ffff:192.0.2.1', '192.0.2.1'],
    ['the proxy itself when it says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['nobody, when our proxy says nonsense', '10.0.0.1', 'unknown', null],
    ['nobody, when there is no connection any more', undefined, '192.0.2.1', null],
  ])('KEY-11 MUST be %s', (_name, remote, forwarded, expected) => {
    expect(proxied.of(remote, forwarded)).toBe(expected)
  })

  it('KEY-11 MUST be the connection where no proxy is named', () => {
    expect(new ClientAddress().of('10.0.0.1', '192.0.2.1')).toBe('10.0.0.1')
  })
})
