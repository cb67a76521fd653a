import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const folder = join(__dirname, '../fixtures/adf')
const documents = readdirSync(folder).filter((name) => name.endsWith('.xml'))
const XML = { 'content-type': 'application/xml' }

interface Receipt {
  readonly id: string
  readonly state: 'APPLIED' | 'QUARANTINED'
  readonly leadIds: readonly string[]
  readonly reason: string | null
  readonly diagnostics: readonly { readonly code: string; readonly message: string }[]
  readonly isRepeat: boolean
}

const deliver = (name: string): Promise<Answer> =>
  world.people.partner('north-one').post('/intake/adf', readFileSync(join(folder, name)), XML)

const receiptOf = (answer: Answer) => JSON.parse(answer.text) as Receipt

const leadsOf = async () =>
  Number((await world.sql<{ n: string }>('select count(*) as n from dealer_ops.lead'))[0]?.n)

describe('POST /intake/adf', () => {
  it('has the seventeen documents to work on', () => {
    expect(documents).toHaveLength(17)
  })

  it.each(documents)('INT-01 MUST take %s, once, and say in words what became of it', async (name) => {
    const before = await leadsOf()
    const answer = await deliver(name)
    const receipt = receiptOf(answer)
    const between = await leadsOf()
    const again = receiptOf(await deliver(name))

    expect(answer.status).toBe(202)
    expect(receipt.state).toBe(name.startsWith('17') ? 'QUARANTINED' : 'APPLIED')
    expect(receipt.leadIds).toHaveLength(name.startsWith('17') ? 0 : 1)
    if (receipt.state === 'QUARANTINED') expect(receipt.reason).toMatch(/\w+ .*\.$/)
    expect(between).toBe(before + receipt.leadIds.length)
    expect(again).toMatchObject({
      id: receipt.id,
      state: receipt.state,
      leadIds: receipt.leadIds,
      isRepeat: true,
    })
    expect(await leadsOf()).toBe(between)
  })

  it('INT-02 MUST make one lead of ten deliveries at the same moment', async () => {
    const before = await leadsOf()
    const body = readFileSync(join(folder, documents[0] ?? ''), 'utf8').replace(
      'test@activix.ca',
      'burst@example.test',
    )
    const partner = world.people.partner('north-one')

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => partner.post('/intake/adf', body, XML)),
    )

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(answers.map((answer) => receiptOf(answer).leadIds.join()))).toHaveProperty('size', 1)
    expect(await leadsOf()).toBe(before + 1)
  })

  it('INT-03 MUST keep the document, and only encrypted', async () => {
    const body = readFileSync(join(folder, '13-dialect-minimal-fields.xml'), 'utf8').replace(
      'Whitfield',
      'Zanzibarski',
    )
    const receipt = receiptOf(await world.people.partner('north-one').post('/intake/adf', body, XML))
    const [row] = await world.sql<{ ciphertext: Buffer; size_bytes: number }>(
      `select ciphertext, size_bytes from dealer_ops.intake_payload where replace(id::text, '-', '') = $1`,
      [receipt.id.slice(4)],
    )

    expect(row?.size_bytes).toBe(Buffer.byteLength(body))
    expect(row?.ciphertext.includes('Zanzibarski')).toBe(false)
    expect(world.logLines.join('\n')).not.toContain('Zanzibarski')
  })

  it('INT-04 MUST quarantine what is no ADF, keep it and say so', async () => {
    const receipt = receiptOf(
      await world.people
        .partner('north-one')
        .post('/intake/adf', '<!DOCTYPE x [<!ENTITY a "b">]><adf/>', XML),
    )

    expect(receipt).toMatchObject({
      state: 'QUARANTINED',
      leadIds: [],
      reason: expect.stringMatching(/DOCTYPE/i),
    })
    const listed = await world.people
      .admin('north')
      .send('{ intakePayloads(first: 1) { edges { node { id state reason } } } }')
    expect(listed.data.intakePayloads.edges[0].node).toMatchObject({ id: receipt.id, state: 'QUARANTINED' })
  })

  it.each([
    ['a person', () => world.people.sales('north-one'), 403, 'ACCESS_DENIED'],
    ['nobody', () => world.people.anonymous(), 401, 'UNAUTHENTICATED'],
    ['an expired key', () => world.people.partner('north-one', 'EXPIRED'), 401, 'KEY_EXPIRED'],
    ['a revoked key', () => world.people.partner('north-one', 'REVOKED'), 401, 'UNAUTHENTICATED'],
  ])('INT-05 MUST take nothing from %s', async (_who, client, status, code) => {
    const before = await world.sql('select count(*) as n from dealer_ops.intake_payload')
    const answer = await client().post('/intake/adf', '<adf/>', XML)

    expect(answer.status).toBe(status)
    expect(answer.errors[0]?.extensions.code).toBe(code)
    expect(await world.sql('select count(*) as n from dealer_ops.intake_payload')).toEqual(before)
  })

  it('INT-06 MUST refuse a body over 256 KiB and a form that is no XML', async () => {
    const partner = world.people.partner('north-one')

    expect((await partner.post('/intake/adf', 'x'.repeat(256 * 1024 + 1), XML)).status).toBe(413)
    expect((await partner.post('/intake/adf', '{}', { 'content-type': 'application/json' })).status).toBe(415)
  })
})
