import { Agent, request as send } from 'node:http'
import { connect } from 'node:net'
import { composeServices } from '@apollo/composition'
import { sampleServices } from '../../testing/sample-graph.js'
import { dealerOpsResponder } from '../../testing/sample-services.js'
import { TestGateway } from '../../testing/test-gateway.js'

const supergraphSdl = composeServices(sampleServices()).supergraphSdl ?? ''
let gateway: TestGateway

beforeEach(async () => {
  gateway = await new TestGateway().start(supergraphSdl)
  await gateway.reset()
})
afterEach(() => gateway.close())

/** Sends an operation on a kept-alive connection. */
function askOn(
  agent: Agent,
): Promise<{ status: number | undefined; connection: string | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: gateway.token, 'content-type': 'application/json' }
    const request = send(`${gateway.running.url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode, connection: response.headers.connection, text }),
      )
    })
    request.on('error', reject)
    request.end('{"query":"{ leads(first: 1) { total } }"}')
  })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until something holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200 && !(await holds()); tries++) await pause(20)
}

describe('closing', () => {
  it('GW-07 MUST finish what was accepted, and take no more', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    gateway.dealerOps.respond = async (call, response) => {
      await pause(400)
      return dealerOpsResponder(call, response)
    }
    const running = askOn(agent)
    await until(() => gateway.dealerOps.calls.length === 1)

    const closing = gateway.running.close()
    expect(gateway.running.close()).toBe(closing)
    await expect(askOn(new Agent())).rejects.toThrow(/ECONNREFUSED/)
    expect(await running).toMatchObject({ status: 200, connection: 'close' })
    await closing
    agent.destroy()
  })

  it('GW-08 MUST send away a request that was on its way, with a code that says so', async () => {
    const socket = connect(Number(new URL(gateway.running.url).port), '127.0.0.1')
    socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\n')
    await pause(100)

    const closing = gateway.running.close()
    socket.write(
      `content-type: application/json\r\nauthorization: ${gateway.token}\r\ncontent-length: 2\r\n\r\n{}`,
    )
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (chunk) => {
        text += String(chunk)
      })
      socket.on('close', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1.1 503 [\s\S]*connection: close[\s\S]*"code":"SHUTTING_DOWN"/)
    await closing
  })
})

describe('health', () => {
  const ready = async () => {
    const response = await fetch(`${gateway.running.url}/health/ready`)
    return {
      status: response.status,
      body: (await response.json()) as { status: string; degraded: string[] },
    }
  }

  it('is live at once, degraded without a subgraph, and not ready without identity', async () => {
    expect((await fetch(`${gateway.running.url}/health/live`)).status).toBe(200)
    await until(async () => (await ready()).status === 200)
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready', degraded: [] } })

    await gateway.audit.close()
    await until(async () => (await ready()).body.status === 'degraded')
    expect(await ready()).toEqual({ status: 200, body: { status: 'degraded', degraded: ['audit'] } })

    await gateway.identity.close()
    await until(async () => (await ready()).status === 503)
    expect(await ready()).toEqual({
      status: 503,
      body: { status: 'not ready', degraded: ['identity', 'audit'] },
    })
  })

  it('returns the request id of the client when it is one, and makes one otherwise', async () => {
    const idOf = async (id: string) =>
      (await fetch(`${gateway.running.url}/health/live`, { headers: { 'x-request-id': id } })).headers.get(
        'x-request-id',
      )

    expect(await idOf('abc_DEF-1234')).toBe('abc_DEF-1234')
    for (const id of ['short', 'a b c d e f g', `${'a'.repeat(65)}`, 'x<script>1234'])
      expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/)
  })
})
