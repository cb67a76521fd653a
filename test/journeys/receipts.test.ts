import { parsePolicy, verifyReceipt } from '@autora/shared/evidence'
import { encodeId } from '@autora/shared/request'
import type { Client } from '../kit/client.js'
import { type RunningTrail, startTrail } from '../kit/trail.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let trail: RunningTrail
let tenant: string
beforeAll(async () => {
  world = await startWorld()
  tenant = world.people.store('north-one').groupId
  trail = await startTrail(world.adminUrl)
  await trail.settled()
})
afterAll(async () => {
  await trail.close()
  await world.close()
})

const receipt = async (who: Client, eventId: string) =>
  (
    await who.send(
      'query R($id: ID!) { auditReceipt(eventId: $id) { text proof event { sequence integrity } } }',
      { id: eventId },
    )
  ).data?.auditReceipt ?? null

const numbers = async (count: number) =>
  (
    await world.sql<{ id: string }>(
      `select e.id::text from audit.event e join audit.leaf l on l.tenant_id = e.tenant_id and l.event_id = e.id
        where e.tenant_id = '${tenant}' order by l.index limit ${count}`,
    )
  ).map(({ id }) => id)

describe('a receipt', () => {
  it('AUD-37 MUST prove its event offline, and nothing that was changed', async () => {
    const policy = parsePolicy(await trail.policy(tenant))
    for (const id of await numbers(5)) {
      const { text, proof, event } = await receipt(world.people.admin('north'), id)
      expect(event).toEqual({ sequence: id, integrity: 'SEALED' })
      expect(verifyReceipt(text, policy)).toMatchObject({ verdict: 'VERIFIED', events: 1 })
      expect(Buffer.byteLength(proof)).toBeLessThanOrEqual(3 * 1024)
      for (const changed of [
        text.replace('"outcome":"', '"outcome":"X'),
        text.replace(/ (DEALER|PLATFORM|PARTNER|SYSTEM)/, ' X'),
        text.replace(/^(autora-event\/1 \S+) \d+/, '$1 999999'),
        text.replace(/extra (.)/, 'extra x'),
      ]) {
        expect(changed).not.toBe(text)
        expect(verifyReceipt(changed, policy)).toMatchObject({ verdict: 'TAMPERED' })
      }
    }
  })

  it('is none for another tenant, and too weak without its witnesses', async () => {
    const [id = ''] = await numbers(1)
    const { text } = await receipt(world.people.admin('north'), id)
    const other = await trail.policy(world.people.store('south-one').groupId)

    expect(verifyReceipt(text, parsePolicy(other))).toMatchObject({ verdict: 'TAMPERED' })
    const unwitnessed = text.replace(/^— witness.*\n/gm, '')
    expect(unwitnessed).not.toBe(text)
    expect(verifyReceipt(unwitnessed, parsePolicy(await trail.policy(tenant)))).toMatchObject({
      verdict: 'CANNOT_TELL',
    })
  })

  it('is absent where the event is foreign, and without words for the owner of the platform', async () => {
    const [id = ''] = await numbers(1)

    expect(await receipt(world.people.admin('south'), id)).toBeNull()
    expect(await receipt(world.people.admin('north'), '999999999')).toBeNull()
    expect(await receipt(world.people.admin('north'), 'evt_1')).toBeNull()
    expect(await receipt(world.people.owner(), id)).toMatchObject({
      text: null,
      proof: expect.stringContaining('c2sp.org'),
    })
  })

  it('does not believe stored nodes: wrong ones are passed over', async () => {
    await world.sql(
      `insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
       select '${tenant}', '${tenant}', 'SYSTEM', 'planted', 'platform.founded', 'ALLOW', 'Platform', '${tenant}' from generate_series(1, 700)`,
    )
    await trail.settled()
    const [id = ''] = await numbers(1)
    const policy = parsePolicy(await trail.policy(tenant))
    const admin = world.people.admin('north')
    expect(verifyReceipt((await receipt(admin, id)).text, policy)).toMatchObject({ verdict: 'VERIFIED' })
    await world.sql(`update audit.tree_node set hash = sha256(hash) where tenant_id = '${tenant}'`)
    expect(verifyReceipt((await receipt(admin, id)).text, policy)).toMatchObject({ verdict: 'VERIFIED' })
    await world.sql(`delete from audit.tree_node where tenant_id = '${tenant}'`)
    expect(verifyReceipt((await receipt(admin, id)).text, policy)).toMatchObject({ verdict: 'VERIFIED' })
  })
})

describe('how the log stands', () => {
  const CHAIN =
    'query C($id: ID) { auditChain(dealerGroupId: $id) { status witnesses cosignedAt treeSize checkpoint } }'
  const chain = (who: Client, id: string | null = null) => who.send(CHAIN, { id })

  it.each([
    ['admin', () => world.people.admin('north'), true],
    ['owner', () => world.people.owner(), true],
    ['support', () => world.people.support(), false],
    ['sales', () => world.people.sales('north-one'), false],
    ['marketing', () => world.people.marketing('north-one'), false],
  ] as const)('is told to %s as far as the matrix says', async (_name, seat, isWhole) => {
    const { data, errors } = await chain(seat())

    expect(errors).toEqual([])
    expect(data.auditChain).toMatchObject({ status: 'CURRENT', witnesses: 2, cosignedAt: expect.any(String) })
    expect([data.auditChain.treeSize !== null, data.auditChain.checkpoint !== null]).toEqual([
      isWhole,
      isWhole,
    ])
  })

  it.each([
    ['partner', () => world.people.partner('north-one')],
    ['analyst', () => world.people.analyst('north-one')],
  ] as const)('is nothing for %s', async (_name, seat) => {
    expect((await chain(seat())).errors[0]?.extensions.code).toBe('ACCESS_DENIED')
  })

  it('is told of another group to the owner alone', async () => {
    const south = encodeId('DealerGroup', world.people.store('south-one').groupId)

    expect((await chain(world.people.owner(), south)).data.auditChain.treeSize).toBeGreaterThan(0)
    expect((await chain(world.people.admin('north'), south)).data.auditChain).toBeNull()
  })
})
