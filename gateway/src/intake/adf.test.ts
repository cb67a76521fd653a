import { composeServices } from '@apollo/composition'
import { formatApiKey } from '@autora/shared/api-key'
import { sampleServices } from '../../testing/sample-graph.js'
import { actorOf } from '../../testing/services.js'
import { codeOf, TestGateway } from '../../testing/test-gateway.js'

const apiKey = formatApiKey({
  id: '0b9d1c9e-3f52-4a6b-8a43-6a1f5a2f7c11',
  secret: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6',
})
const gateway = new TestGateway()

beforeAll(() => gateway.start(composeServices(sampleServices()).supergraphSdl ?? ''))
afterAll(() => gateway.close())
beforeEach(() => gateway.reset())

describe('the intake', () => {
  const adf = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><adf>\xe9\x00</adf>', 'latin1')
  const receipt = {
    id: 'ink_1',
    state: 'APPLIED',
    leadIds: ['led_1'],
    reason: null,
    diagnostics: [],
    isRepeat: false,
    rows: ['inner'],
  }
  const intake = (body: Buffer, headers: Record<string, string> = {}) =>
    gateway.post('/intake/adf', body, {
      authorization: `ApiKey ${apiKey}`,
      'content-type': 'application/xml',
      ...headers,
    })

  beforeEach(() => {
    gateway.actor = actorOf('PARTNER', { id: crypto.randomUUID() })
    gateway.dealerOps.respond = () => receipt
  })

  it('hands on the very bytes and answers 202 with the receipt alone', async () => {
    const answer = await intake(adf, { 'x-autora-store-code': 'MENLYN-1' })

    const { rows: _inner, ...outer } = receipt
    expect([answer.status, answer.json]).toEqual([202, outer])
    expect(gateway.dealerOps.calls[0]?.bytes).toEqual(adf)
    expect(gateway.dealerOps.calls[0]).toMatchObject({
      path: '/internal/intake/adf',
      headers: { 'x-autora-store-code': 'MENLYN-1' },
    })
  })

  it('takes partners only', async () => {
    await gateway.as('DEALER_ADMIN')
    const answer = await intake(adf, { authorization: gateway.token })

    expect([answer.status, codeOf(answer)]).toEqual([403, 'ACCESS_DENIED'])
    expect(gateway.dealerOps.calls).toEqual([])
  })

  it('refuses other types, long bodies, bad store codes and unknown keys with their statuses', async () => {
    expect((await intake(adf, { 'content-type': 'application/json' })).status).toBe(415)
    expect((await intake(Buffer.alloc(256 * 1024 + 1, 'x'))).status).toBe(413)
    expect((await intake(adf, { 'x-autora-store-code': 'a b' })).status).toBe(400)
    expect((await intake(adf, { authorization: 'ApiKey x' })).status).toBe(401)
    expect((await intake(Buffer.alloc(0))).status).toBe(400)
  })

  it('passes on what dealer-ops refuses, in codes of the catalogue', async () => {
    gateway.dealerOps.respond = (_call, response) =>
      response
        .writeHead(422, { 'content-type': 'application/json' })
        .end('{"errors":[{"message":"No store.","extensions":{"code":"INVALID","reason":"STORE"}}]}')
    const refused = await intake(Buffer.from('<adf/>'))
    expect([refused.status, refused.json.errors]).toEqual([
      422,
      [{ message: 'No store.', extensions: { code: 'INVALID', reason: 'STORE' } }],
    ])

    gateway.dealerOps.respond = (_call, response) => response.destroy()
    expect((await intake(Buffer.from('<adf/>'))).status).toBe(503)
  })
})
