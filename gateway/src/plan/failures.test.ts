import type { ServerResponse } from 'node:http'
import { composeServices } from '@apollo/composition'
import { sampleServices } from '../../testing/sample-graph.js'
import { codeOf, TestGateway } from '../../testing/test-gateway.js'

const gateway = new TestGateway()

beforeAll(() => gateway.start(composeServices(sampleServices()).supergraphSdl ?? ''))
afterAll(() => gateway.close())
beforeEach(() => gateway.reset())

describe('a subgraph that fails', () => {
  const failures: Record<string, (response: ServerResponse) => unknown> = {
    'closes the connection': (response) => response.destroy(),
    'answers 500 with a stack': (response) => response.writeHead(500).end('Error at /srv/app.js 10.0.0.7'),
    'answers another type': (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>10.0.0.7</h1>'),
    'answers half a text': (response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"at":"10.0.0.7'),
    redirects: (response) => response.writeHead(302, { location: 'http://10.0.0.7/' }).end(),
    'answers a list': () => [],
    'answers nothing of use': () => ({ data: null }),
    'tells its database': () => ({
      errors: [
        {
          message: 'pg: 10.0.0.7 refused',
          path: ['leads'],
          extensions: { code: 'DOWNSTREAM', serviceName: 'x', stacktrace: ['10.0.0.7'] },
        },
      ],
    }),
    'tells a fault of ours in its own words': () => ({
      data: null,
      errors: [{ message: 'pg: 10.0.0.7', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    }),
    'refuses our signature': (response) =>
      response.writeHead(401).end('{"errors":[{"extensions":{"code":"CONTEXT_REFUSED"}}]}'),
  }

  it.each(Object.entries(failures))(
    'GW-06 MUST end in a code and a sentence of ours: it %s',
    async (_name, fail) => {
      gateway.dealerOps.respond = (_call, response) => fail(response)
      const answer = await gateway.ask('{ leads(first: 1) { total } me { id } }')

      expect(answer.json.data).toEqual({ leads: null, me: { id: 'u1' } })
      expect(answer.json.errors).toHaveLength(1)
      expect(codeOf(answer)).toMatch(/^(INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE)$/)
      expect(answer.text).not.toMatch(/10\.0\.0\.7|pg:|stack|serviceName|dealer_ops|127\.0\.0\.1/)
    },
  )

  it('leaves an error at each root field that it owed, in the terms of the client', async () => {
    gateway.dealerOps.respond = (_call, response) => response.destroy()
    const answer = await gateway.ask(
      '{ a: leads(first: 1) { total } b: leads(first: 1) { total } me { id } }',
    )
    const errors = answer.json.errors as { path?: unknown }[]

    expect(errors.map(({ path }) => path)).toEqual([['a'], ['b']])
  })

  it('may say what is in the catalogue, with reason and field', async () => {
    gateway.dealerOps.respond = () => ({
      data: { leads: null },
      errors: [
        {
          message: 'first must lie between 1 and 100.',
          path: ['leads'],
          extensions: { code: 'BAD_USER_INPUT', field: ['first'], secret: 'x' },
        },
      ],
    })
    const answer = await gateway.ask('{ leads(first: 0) { total } }')

    expect(answer.json.errors).toEqual([
      {
        message: 'first must lie between 1 and 100.',
        path: ['leads'],
        extensions: { code: 'BAD_USER_INPUT', field: ['first'] },
      },
    ])
  })

  it('that hangs is given up after 4 s, and the rest is answered', async () => {
    gateway.dealerOps.respond = () => new Promise(() => undefined)
    const answer = await gateway.ask('{ leads(first: 1) { total } me { id } }')

    expect(answer.json.data.me).toEqual({ id: 'u1' })
    expect(codeOf(answer)).toBe('SERVICE_UNAVAILABLE')
  })

  it('sends a query again when the connection breaks, a mutation never', async () => {
    gateway.dealerOps.respond = (_call, response) => response.destroy()
    await gateway.ask('{ leads(first: 1) { total } }')
    expect(gateway.dealerOps.calls).toHaveLength(2)
    gateway.dealerOps.calls.length = 0
    await gateway.ask('mutation { leadNote(text: "x") { note { title } } }')
    expect(gateway.dealerOps.calls).toHaveLength(1)
  })
})
