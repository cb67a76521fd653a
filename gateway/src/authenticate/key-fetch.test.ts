import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isOuter } from '@autora/shared/egress'
import { ForeignKeys } from './key-fetch.js'

let server: Server
let port: number
let requests = 0
let respond: (response: ServerResponse) => void
const open: ForeignKeys[] = []
const foreignKeys = (isDevelopment: boolean) => {
  const keys = new ForeignKeys(isDevelopment)
  open.push(keys)
  return keys
}

beforeAll(async () => {
  server = createServer((_request, response) => {
    requests += 1
    respond(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
beforeEach(() => {
  requests = 0
  respond = (response) => response.end('{"keys":[]}')
})
afterAll(async () => {
  await Promise.all(open.map((keys) => keys.close()))
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('keys of a foreign issuer', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    'fe80::1',
    'fd00::1',
    '64:ff9b::a00:1',
  ])('IDP-14 MUST NOT be looked for at %s', (address) => {
    expect(isOuter(address, false)).toBe(false)
  })

  it.each(['8.8.8.8', '172.32.0.1', '192.0.2.1', '2606:4700::1111'])('may be at %s', (address) => {
    expect(isOuter(address, false)).toBe(true)
  })

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433'])(
    'IDP-15 MUST NOT be fetched from inside, whatever it is called: %s',
    async (host) => {
      await expect(foreignKeys(false).fetch(`http://${host}:${port}/keys`)).rejects.toThrow(/inner address/)
      expect(requests).toBe(0)
    },
  )

  it('are fetched from loopback in development', async () => {
    expect(await foreignKeys(true).fetch(`http://127.0.0.1:${port}/keys`)).toBe('{"keys":[]}')
    expect(await foreignKeys(true).fetch(`http://localhost:${port}/keys`)).toBe('{"keys":[]}')
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['a redirect', (response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/x` }).end()],
    ['too much', (response) => response.end('x'.repeat(65 * 1024))],
    ['an error', (response) => response.writeHead(500).end()],
  ])('IDP-16 MUST NOT be taken from %s', async (_name, answer) => {
    respond = answer

    await expect(foreignKeys(true).fetch(`http://127.0.0.1:${port}/keys`)).rejects.toThrow(/key set/)
    expect(requests).toBe(1)
  })

  it('IDP-17 MUST be asked for at one host so often and no more', async () => {
    const keys = foreignKeys(true)
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => keys.fetch(`http://127.0.0.1:${port}/${i}`)),
    )

    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(40)
    expect(requests).toBe(60)
  })
})
