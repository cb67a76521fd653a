import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import { codeOf, KeyDesk, later, ME } from '../kit/api-keys.js'
import type { Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let keys: KeyDesk
beforeAll(async () => {
  world = await startWorld()
  keys = new KeyDesk(world)
})
afterAll(() => world.close())

const APP = 'partnerApp { id name status legalEntity { id } } userErrors { code field }'
const deeds = {
  Create: `mutation P($input: PartnerAppCreateInput!) { partnerAppCreate(input: $input) { ${APP} } }`,
  Update: `mutation P($input: PartnerAppUpdateInput!) { partnerAppUpdate(input: $input) { ${APP} } }`,
  Suspend: `mutation P($input: PartnerAppSuspendInput!) { partnerAppSuspend(input: $input) { ${APP} } }`,
  Reinstate: `mutation P($input: PartnerAppReinstateInput!) { partnerAppReinstate(input: $input) { ${APP} } }`,
} as const

const entityOf = (group: string) => {
  const { groupId } = world.people.store(`${group}-one`)
  return encodeId('LegalEntity', world.network.legalEntities.find((one) => one.groupId === groupId)?.id ?? '')
}
const send = async (deed: keyof typeof deeds, input: object, by: Client = keys.admin) =>
  by.send(deeds[deed], { input })
const payloadOf = async (deed: keyof typeof deeds, input: object) =>
  (await send(deed, input)).data[`partnerApp${deed}`]
const actionsOn = async (id: string) => {
  const { data } = await keys.admin.send(
    'query T($f: AuditEventFilter) { auditEvents(filter: $f) { edges { node { action } } } }',
    { f: { targetId: id } },
  )
  return data.auditEvents.edges.map(({ node }: { node: { action: string } }) => node.action)
}

describe('a partner application', () => {
  it('KEY-30 MUST be registered, renamed, suspended and reinstated, with an event for each change and none for none', async () => {
    const created = await payloadOf('Create', { name: ' Booking tool ', legalEntityId: entityOf('north') })
    const { id } = created.partnerApp
    const renamed = await payloadOf('Update', { id, name: 'Booking tool 2' })
    await payloadOf('Update', { id, name: 'Booking tool 2' })
    const suspended = await payloadOf('Suspend', { id })
    await payloadOf('Suspend', { id })
    const reinstated = await payloadOf('Reinstate', { id })

    expect(created).toEqual({
      partnerApp: { id, name: 'Booking tool', status: 'ACTIVE', legalEntity: { id: entityOf('north') } },
      userErrors: [],
    })
    expect(renamed.partnerApp.name).toBe('Booking tool 2')
    expect([suspended.partnerApp.status, reinstated.partnerApp.status]).toEqual(['SUSPENDED', 'ACTIVE'])
    expect(await actionsOn(id)).toEqual([
      'partnerApp.reinstated',
      'partnerApp.suspended',
      'partnerApp.updated',
      'partnerApp.created',
    ])
  })

  it('KEY-31 MUST close all its keys while it is suspended, and open them again', async () => {
    const { partnerApp } = await payloadOf('Create', { name: 'On and off', legalEntityId: entityOf('north') })
    const holder = keys.holderOf(await keys.make({ appId: partnerApp.id }))
    const open = await holder.send(ME)

    await payloadOf('Suspend', { id: partnerApp.id })
    await later(2_000)
    const closed = await holder.send(ME)
    await payloadOf('Reinstate', { id: partnerApp.id })
    const again = await holder.send(ME)

    expect([open.status, closed.status, codeOf(closed), again.status]).toEqual([
      200,
      401,
      'UNAUTHENTICATED',
      200,
    ])
  })

  it.each<[string, keyof typeof deeds, () => object, string]>([
    ['with no name', 'Create', () => ({ name: ' ', legalEntityId: entityOf('north') }), 'INVALID'],
    [
      'with a name in two lines',
      'Create',
      () => ({ name: 'a\nb', legalEntityId: entityOf('north') }),
      'INVALID',
    ],
    [
      'of a legal entity elsewhere',
      'Create',
      () => ({ name: 'a', legalEntityId: entityOf('south') }),
      'NOT_FOUND',
    ],
    ['of no legal entity', 'Create', () => ({ name: 'a', legalEntityId: 'x' }), 'NOT_FOUND'],
    ['of another group', 'Suspend', () => ({ id: keys.appOf('south') }), 'NOT_FOUND'],
    ['of another group', 'Update', () => ({ id: keys.appOf('south'), name: 'a' }), 'NOT_FOUND'],
    ['that is none', 'Reinstate', () => ({ id: 'app_x' }), 'NOT_FOUND'],
  ])('KEY-32 MUST be nothing %s: partnerApp%s', async (_name, deed, input, code) => {
    const before = await footprint(world)

    const payload = await payloadOf(deed, input())

    expect(payload.partnerApp).toBeNull()
    expect(payload.userErrors[0].code).toBe(code)
    expect(await footprint(world)).toEqual(before)
  })

  it('KEY-33 MUST be no business of whoever answers for one store alone', async () => {
    const before = await footprint(world)

    const answer = await send('Suspend', { id: keys.appOf('north') }, world.people.admin('north-one'))

    expect(codeOf(answer)).toBe('ACCESS_DENIED')
    expect(await footprint(world)).toEqual(before)
  })
})
