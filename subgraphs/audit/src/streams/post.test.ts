import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isAllowedUrl, Post } from './post.js'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

it.each([
  'http://siem.example/in',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://0/',
  'https://10.1.2.3/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[fe80::1]/',
  'https://[fd00::1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://localhost/',
  'https://a.localhost/',
  'https://LOCALHOST./',
  'https://metadata.google.internal/',
  'https://printer.local/',
  'https://user:word@siem.example/',
  'https://siem.example/#part',
  'ftp://siem.example/',
  'file:///etc/passwd',
  'https://',
  'siem.example',
])('STR-01 MUST NOT lead to %s', (url) => {
  expect(isAllowedUrl(url, false)).toBe(false)
})

it.each(['https://siem.example/in', 'https://8.8.8.8:8443/x?y=z', 'https://[2606:4700::1111]/'])(
  'may lead to %s',
  (url) => {
    expect(isAllowedUrl(url, false)).toBe(true)
  },
)

it('STR-02 MUST open only loopback where the development setting says so', () => {
  expect(isAllowedUrl('http://127.0.0.1:4000/', true)).toBe(true)
  expect(isAllowedUrl('http://10.0.0.1/', true)).toBe(false)
  expect(isAllowedUrl('https://169.254.169.254/', true)).toBe(false)
  expect(isAllowedUrl('http://siem.example/', true)).toBe(false)
})

it('STR-03 MUST look at what a name resolves to, follow no redirect, and wait no longer than it may', async () => {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    if (request.url === '/slow') return
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const open = new Post(true)
  expect(await open.send(`http://127.0.0.1:${port}/`, {}, 'x')).toBe('HTTP_302')
  const hasty = new Post(true, 300)
  expect(await hasty.send(`http://127.0.0.1:${port}/slow`, {}, 'x')).toBe('TIMEOUT')
  expect(asked).toBeLessThanOrEqual(2) // the second may not have arrived
  const before = asked

  const closed = new Post(false, 300)
  expect(await closed.send(`https://127.0.0.1:${port}/`, {}, 'x')).toBe('INNER_ADDRESS')
  expect(asked).toBe(before)
})
