import { encodeId } from '@autora/shared/request'
import { Client as Database } from 'pg'
import { footprint } from '../attacks/footprint.js'
import { actorOf, callDirectly, sealFor } from '../kit/direct-call.js'
import { startWorld, type World } from '../kit/world.js'
import {
  afterMemory,
  approved,
  decide,
  endAll,
  grantOf,
  LEADS,
  permit,
  request,
  revoke,
  send,
  tamper,
  trail,
} from './support-steps.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => endAll(world))
afterAll(() => world.close())

const configure = (who: ReturnType<World['people']['support']>, minutes: number) =>
  send(
    who,
    'storeConfigure',
    'StoreConfigureInput',
    { id: encodeId('Store', world.people.store('north-one').id), changes: { slaMinutes: minutes } },
    'store { slaMinutes }',
  )

/** A supporter as the gateway would seal him, with whatever rights the caller claims. */
const supporterUnder = (grant: { id: string; tenantId: string }, capabilities: readonly 'CONFIGURE'[]) =>
  actorOf('PLATFORM_SUPPORT', {
    id: world.people.membership('PLATFORM_SUPPORT').userId,
    tenantId: grant.tenantId,
    reach: 'STORES',
    storeIds: [world.people.store('north-one').id],
    grant: { id: grant.id, piiLevel: 'CLEAR', capabilities },
  })

describe('a permit', () => {
  it('SUP-01 MUST be refused to be changed, by the application and by the owner of the tables alike', async () => {
    const grant = await request(world)
    const changes = [
      `minutes = 240`,
      `pii_level = 'CLEAR'`,
      `store_ids = array[gen_random_uuid()]`,
      `capabilities = '{READ,CONFIGURE}'`,
      `reason = 'Something else entirely'`,
      `status = 'APPROVED', decided_by = gen_random_uuid()`,
    ]

    for (const change of changes)
      await expect(
        world.sql(`update identity.support_grant set ${change} where id = '${grant.id}'`),
      ).rejects.toThrow(/support grant/)
    await expect(
      world.sql(
        `update identity.support_grant set status = 'REVOKED', minutes = 240 where id = '${grant.id}'`,
      ),
    ).rejects.toThrow(/never changed/)
    await expect(world.sql(`delete from identity.support_grant where id = '${grant.id}'`)).rejects.toThrow(
      /support grant is kept/,
    )
    await decide(world, grant, false)
  })

  it('SUP-02 MUST open nothing once its row was edited past every trigger, and tell the dealer', async () => {
    const grant = await approved(world)
    const { people } = world
    expect((await people.support(grant).send(LEADS)).data.leads.edges).toHaveLength(3)

    await tamper(world, grant, `pii_level = 'CLEAR'`)
    await afterMemory()

    expect((await people.support(grant).send(LEADS)).status).toBe(401)
    const seal = sealFor(supporterUnder(grant, []), 'dealer_ops')
    const db = new Database(world.roleUrl('dealer_ops'))
    await db.connect()
    await db.query(`select set_config('autora.context', $1, false)`, [seal])
    const seen = async () =>
      (await db.query<{ n: number }>('select count(*)::int as n from dealer_ops.lead')).rows[0]?.n
    expect(await seen()).toBe(0)
    expect(await trail(people.admin('north'), { targetId: grant.graphId, outcome: 'DENY' })).toEqual([
      expect.objectContaining({
        action: 'supportAccess.refused',
        detail: {
          reason: 'GRANT_TAMPERED',
          by: encodeId('User', people.membership('PLATFORM_SUPPORT').userId),
          support: { ticket: expect.any(String), reason: expect.any(String) },
        },
      }),
    ])

    // put back as it was signed, the same seal opens the store again: it was the edit that closed it
    await tamper(world, grant, `pii_level = 'MASKED'`)
    expect(await seen()).toBeGreaterThan(0)
    await db.end()
    await revoke(world, grant)
  })

  it('SUP-03 MUST be approved by nobody but the dealer, even by a service that was taken over', async () => {
    const grant = await request(world)
    const supporter = actorOf('PLATFORM_SUPPORT', {
      id: world.people.membership('PLATFORM_SUPPORT').userId,
    })
    const foreign = actorOf('DEALER_ADMIN', {
      tenantId: world.people.store('south-one').groupId,
      reach: 'TENANT',
    })
    const owner = actorOf('PLATFORM_OWNER', { id: 'aaaaaaaa-0000-4000-8000-000000000009' })
    const db = new Database(world.roleUrl('identity'))
    await db.connect()

    for (const who of [supporter, foreign, owner]) {
      await db.query('begin')
      await db.query(`select set_config('autora.context', $1, true)`, [sealFor(who, 'identity')])
      const approving = db
        .query(`update identity.support_grant set status = 'APPROVED', decided_by = $2 where id = $1`, [
          grant.id,
          who.id,
        ])
        .then(({ rowCount }) => rowCount)
      await approving.then(
        (count) => expect(count).toBe(0),
        (error: Error) => expect(error.message).toMatch(/cannot go from REQUESTED to APPROVED/),
      )
      await db.query('rollback')
    }
    await db.end()
    await decide(world, grant, false)
  })

  it('SUP-04 MUST be the only active one of a supporter in a group', async () => {
    const first = await approved(world)
    const second = await request(world)

    const refused = await decide(world, second)

    expect(refused.payload).toEqual({ supportGrant: null, userErrors: [{ code: 'GRANT_ALREADY_ACTIVE' }] })
    await revoke(world, first)
    expect((await decide(world, second)).payload.supportGrant.status).toBe('APPROVED')
    await revoke(world, second)
  })

  it('SUP-07 MUST be approved by an owner only where it opens no personal data', async () => {
    const byOwner = (grant: { graphId: string }) =>
      send(world.people.owner(), 'supportGrantDecide', 'SupportGrantDecideInput', {
        id: grant.graphId,
        approve: true,
      })

    const masked = await byOwner(await request(world))
    const none = await byOwner(await request(world, { piiLevel: 'NONE' }))

    expect(masked.errors[0]?.extensions.code).toBe('ACCESS_DENIED')
    expect(none.payload).toMatchObject({ supportGrant: { status: 'APPROVED' }, userErrors: [] })
  })

  it.each([
    ['too short', { minutes: 4 }, 'EXPIRY_OUT_OF_RANGE'],
    ['too long', { minutes: 241 }, 'EXPIRY_OUT_OF_RANGE'],
    ['without a ticket', { ticketRef: ' ' }, 'INVALID'],
    ['without a reason', { reason: 'because' }, 'INVALID'],
    ['without a store', { storeIds: [] }, 'INVALID'],
  ])('SUP-05 MUST be refused %s, leaving one refusal', async (_name, parts, code) => {
    const before = await footprint(world)

    const answer = await send(
      world.people.support(),
      'supportGrantRequest',
      'SupportGrantRequestInput',
      permit(world, parts),
    )

    expect(answer.payload.userErrors).toEqual([{ code }])
    expect(await footprint(world)).toEqual(before)
  })

  it('SUP-06 MUST die undecided after 24 hours', async () => {
    const grant = await request(world)
    await tamper(world, grant, `requested_at = requested_at - interval '25 hours'`)

    expect((await decide(world, grant)).payload.userErrors).toEqual([{ code: 'GRANT_NOT_ACTIVE' }])
  })
})

describe('a write under a grant', () => {
  it('SUP-10 MUST be refused where the grant only reads, and be seen by the dealer', async () => {
    const grant = await approved(world)
    const before = await footprint(world)

    const answer = await configure(world.people.support(grant), 17)

    expect(answer.status).toBe(403)
    expect(answer.errors[0]?.extensions).toMatchObject({
      code: 'ACCESS_DENIED',
      reason: 'CAPABILITY_MISSING',
    })
    expect(await footprint(world)).toEqual(before)
    expect(await trail(world.people.admin('north'), { grantId: grant.graphId })).toEqual([
      expect.objectContaining({ action: 'access.denied', outcome: 'DENY', grantId: grant.graphId }),
    ])
    await revoke(world, grant)
  })

  it('SUP-11 MUST be refused by the database itself when the application lets it through', async () => {
    const grant = await approved(world)
    const before = await footprint(world)

    const answer = await callDirectly(
      world.urls.identity,
      { audience: 'identity', actor: supporterUnder(grant, ['CONFIGURE']) },
      'mutation C($input: StoreConfigureInput!) { storeConfigure(input: $input) { store { slaMinutes } userErrors { code } } }',
      {
        input: {
          id: encodeId('Store', world.people.store('north-one').id),
          changes: { slaMinutes: 23 },
        },
      },
    )

    expect(answer.text).toContain('CAPABILITY_MISSING')
    const after = await footprint(world)
    expect(after['identity.store']).toEqual(before['identity.store'])
    await revoke(world, grant)
  })

  it('SUP-12 MUST be done with the capability, and carry supporter and grant in the trail of the dealer', async () => {
    const grant = await approved(world, { capabilities: ['CONFIGURE'] })

    const answer = await configure(world.people.support(grant), 17)

    expect(answer.payload).toEqual({ store: { slaMinutes: 17 }, userErrors: [] })
    const events = await trail(world.people.admin('north'), { grantId: grant.graphId })
    expect(events.find(({ action }) => action === 'store.configured')).toMatchObject({
      actorPrincipal: 'PLATFORM_SUPPORT',
      actorId: encodeId('User', world.people.membership('PLATFORM_SUPPORT').userId),
      grantId: grant.graphId,
    })
    await revoke(world, grant)
  })

  it('SUP-13 MUST never be a deed that no capability names', async () => {
    const grant = await approved(world, {
      capabilities: ['CONFIGURE', 'DIAGNOSE', 'INVITE_FIRST_ADMIN', 'PROTECT'],
    })

    const answer = await world.people
      .support(grant)
      .send('mutation L($input: LeadCreateInput!) { leadCreate(input: $input) { userErrors { code } } }', {
        input: {
          storeId: encodeId('Store', world.people.store('north-one').id),
          customer: { firstName: 'Nobody', emails: ['nobody@example.test'] },
          interest: 'BUY',
          source: 'WALK_IN',
        },
      })

    expect(answer.status).toBe(403)
    await revoke(world, grantOf(world, grant.graphId))
  })
})
