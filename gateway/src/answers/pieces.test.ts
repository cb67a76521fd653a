import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sendPieces } from './index.js'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

/** Serves pieces. @returns its answer once the head is there, and what became of the sending. */
async function answerWith(pieces: AsyncIterable<string>, signal = new AbortController().signal) {
  let outcome: Promise<string> = Promise.resolve('')
  const server = createServer((_request, response) => {
    outcome = sendPieces(response, { headers: {}, pieces }, 'test-request', signal).then(
      () => 'sent',
      (error: Error) => error.message,
    )
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    get({ port, host: '127.0.0.1' }, resolve).on('error', reject),
  )
  return { answer, outcome: () => outcome }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return text
}

it('EXP-20 MUST break the connection off when a piece cannot be had, so that nobody takes a part for the whole', async () => {
  async function* broken() {
    yield 'first\n'
    await new Promise((resolve) => setTimeout(resolve, 50)) // until it is on its way
    throw new Error('no second piece')
  }
  const { answer, outcome } = await answerWith(broken())
  await expect(textOf(answer)).rejects.toThrow('aborted')
  expect(await outcome()).toBe('no second piece')
})

it('EXP-21 MUST fetch no piece before the client has taken what was sent', async () => {
  const piece = 'x'.repeat(64 * 1024)
  const most = 2_000
  let fetched = 0
  async function* many() {
    for (; fetched < most; fetched += 1) yield piece
  }
  const { answer, outcome } = await answerWith(many())
  answer.pause()
  let before = -1
  while (fetched !== before) {
    before = fetched
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(fetched).toBeLessThan(most / 4)
  expect((await textOf(answer)).length).toBe(most * piece.length)
  expect(await outcome()).toBe('sent')
})

it('EXP-22 MUST end when the right to it ends', async () => {
  const ended = new AbortController()
  async function* endless() {
    for (;;) {
      yield 'x'
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const { answer, outcome } = await answerWith(endless(), ended.signal)
  setTimeout(() => ended.abort(new Error('withdrawn')), 50)
  await expect(textOf(answer)).rejects.toThrow('aborted')
  expect(await outcome()).toBe('withdrawn')
})
