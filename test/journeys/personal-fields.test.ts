import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import { TenantDatabase, type TenantTx } from '@autora/shared/database'
import { encodeId } from '@autora/shared/request'
import { LocalKeyWrapping, SubjectVault } from '@autora/shared/vault'
import type { Client } from '../kit/client.js'
import { giveDealerAdmin } from '../kit/dealer-admin.js'
import { actorOf, sealFor } from '../kit/direct-call.js'
import { plant } from '../kit/plant.js'
import { testKeys } from '../kit/secrets.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let admin: Client
let other: Client
let tenantId: string

beforeAll(async () => {
  world = await startWorld()
  admin = world.people.admin('north')
  tenantId = world.people.membership('DEALER_ADMIN', 'north').tenantId
  const second = await giveDealerAdmin(world, tenantId)
  other = world.people.withCredential(await signToken(world.issuerKey, goodClaims(second)))
})
afterAll(() => world.close())

const CREATE = `mutation C($input: LeadCreateInput!) {
  leadCreate(input: $input) { lead { id customer { id } } userErrors { code } } }`
const EVENTS = `query E($filter: AuditEventFilter) {
  auditEvents(filter: $filter) { edges { node { action detail personal { field value state } } } } }`
const ERASE = `mutation E($input: SubjectEraseInput!) {
  subjectErase(input: $input) { erasure { id state subjectId askedBy { id } } userErrors { code } } }`
const CONFIRM = `mutation C($id: ID!) { subjectEraseConfirm(input: { id: $id }) {
  erasure { state } certificate { id subjectType subjectId basis keyId valuesErased erasedAt eventSequence backups }
  userErrors { code } } }`

async function newLead(firstName: string, by = world.people.sales('north-one')) {
  const { data } = await by.send(CREATE, {
    input: {
      storeId: encodeId('Store', world.people.store('north-one').id),
      customer: { firstName, lastName: 'Marker', emails: [`${randomUUID()}@example.test`] },
      interest: 'BUY',
      source: 'WALK_IN',
    },
  })
  const { id, customer } = data.leadCreate.lead
  return { lead: id as string, customer: customer.id as string }
}

const eventsOf = async (client: Client, targetId: string) => {
  const { data } = await client.send(EVENTS, { filter: { targetId } })
  return data.auditEvents.edges.map(({ node }: { node: object }) => node)
}
const wish = (customer: string) => ({
  input: {
    subjectType: 'CUSTOMER',
    subjectId: customer,
    reason: 'The person asked for it in writing',
    basis: 'REQUEST_OF_SUBJECT',
  },
})
async function erased(customer: string) {
  const asked = (await admin.send(ERASE, wish(customer))).data.subjectErase
  return (await other.send(CONFIRM, { id: asked.erasure.id })).data.subjectEraseConfirm
}

const uuidOf = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** Every column of every row of the database as text, bytes in hex and as letters. */
async function wholeDump(): Promise<string> {
  const tables = await world.sql<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname in ('sec', 'identity', 'issuer', 'dealer_ops', 'audit')`,
  )
  const texts: string[] = []
  for (const { name } of tables)
    for (const row of await world.sql<Record<string, unknown>>(`select * from ${name}`))
      for (const value of Object.values(row))
        texts.push(
          Buffer.isBuffer(value)
            ? `${value.toString('latin1')} ${value.toString('hex')}`
            : (JSON.stringify(value) ?? ''),
        )
  return texts.join('\n')
}

describe('a personal value of an event', () => {
  it('is shown to a Dealer Admin of the group, and stands in no event and no table beside the business in plain', async () => {
    const { lead } = await newLead('CANARY-Nomvula')
    const [event] = await eventsOf(admin, lead)

    expect(event.personal).toEqual([
      { field: 'firstName', value: 'CANARY-Nomvula', state: 'DISCLOSED' },
      { field: 'lastName', value: 'Marker', state: 'DISCLOSED' },
    ])
    expect(JSON.parse(event.detail).personal).toEqual({
      firstName: expect.stringMatching(/^[\w-]{43}$/),
      lastName: expect.stringMatching(/^[\w-]{43}$/),
    })
    const trail = await world.sql(`select detail, body from audit.event`)
    const kept = await world.sql<{ ciphertext: Buffer | null }>(`select ciphertext from audit.side_value`)
    expect(JSON.stringify(trail)).not.toContain('CANARY-Nomvula')
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.filter(({ ciphertext }) => ciphertext?.includes('CANARY-Nomvula'))).toEqual([])
  })

  it('is redacted for everybody else: whoever did it, the owner, and support', async () => {
    const sales = world.people.sales('north-one')
    const { lead } = await newLead('Thabo', sales)
    const redacted = [
      { field: 'firstName', value: null, state: 'REDACTED' },
      { field: 'lastName', value: null, state: 'REDACTED' },
    ]

    expect((await eventsOf(sales, lead))[0].personal).toEqual(redacted)
    expect((await eventsOf(world.people.owner(), lead))[0].personal).toEqual(redacted)
    expect(await eventsOf(world.people.admin('south'), lead)).toEqual([])
  })

  it('that was altered, moved or exchanged is never shown', async () => {
    const [one, two] = [await newLead('Sipho'), await newLead('Lerato')]
    const rowsOf = (customer: string) =>
      world.sql<{ commitment: Buffer; ciphertext: Buffer }>(
        `select commitment, ciphertext from audit.side_value where subject_id = $1 and field = 'firstName'`,
        [uuidOf(customer)],
      )
    const [a, b] = [(await rowsOf(one.customer))[0], (await rowsOf(two.customer))[0]]
    const put = (ciphertext: Buffer | undefined) =>
      world.sql('update audit.side_value set ciphertext = $2 where commitment = $1', [
        a?.commitment,
        ciphertext,
      ])
    const bent = Buffer.from(a?.ciphertext ?? [])
    bent[40] = (bent[40] ?? 0) ^ 1

    for (const ciphertext of [bent, b?.ciphertext]) {
      await put(ciphertext)
      const [event] = await eventsOf(admin, one.lead)
      expect(event.personal[0]).toEqual({ field: 'firstName', value: null, state: 'ALTERED' })
    }
    await put(a?.ciphertext)
    expect((await eventsOf(admin, one.lead))[0].personal[0].state).toBe('DISCLOSED')
  })

  it('of one who signs in is shown to himself, and to nobody of his store', async () => {
    const own = world.people.membership('DEALER_SALES', 'north-one')
    const [target, database] = [
      randomUUID(),
      await TenantDatabase.open({
        url: world.roleUrl('identity'),
        applicationName: 'test',
        vault: new SubjectVault(new LocalKeyWrapping(testKeys.vault)),
      }),
    ]
    const actor = actorOf('DEALER_SALES', { id: own.userId, tenantId, reach: 'TENANT' })
    await database.write(sealFor(actor, 'identity'), (tx) =>
      recordAudit(tx, 'account.signedIn', {
        ...{ targetId: target, storeId: null },
        personal: { subject: { type: 'User', id: own.userId }, fields: { 'client.address': '192.0.2.17' } },
      }),
    )
    await database.close()
    const { data } = await world.people.as(own).send(EVENTS, { filter: { action: 'account.signedIn' } })

    expect(data.auditEvents.edges[0].node.personal).toEqual([
      { field: 'client.address', value: '192.0.2.17', state: 'DISCLOSED' },
    ])
    const others = await world.people.marketing('north-one').send(EVENTS, { filter: {} })
    expect(JSON.stringify(others)).not.toContain('192.0.2.17')
  })

  it('tells before and after of a person who was changed', async () => {
    const { userId } = world.people.membership('DEALER_SALES', 'north-one')
    const id = encodeId('User', userId)
    const before = await world.sql<{ name: string }>(
      'select display_name as name from identity.user_account where id = $1',
      [userId],
    )
    const { data } = await admin.send(
      'mutation U($i: UserUpdateInput!) { userUpdate(input: $i) { userErrors { code } } }',
      { i: { id, changes: { displayName: 'Ayanda Dlamini' } } },
    )
    expect(data.userUpdate.userErrors).toEqual([])

    const [event] = await eventsOf(admin, id)
    expect(event.personal).toEqual([
      { field: 'displayName.after', value: 'Ayanda Dlamini', state: 'DISCLOSED' },
      { field: 'displayName.before', value: before[0]?.name, state: 'DISCLOSED' },
    ])
  })
})

describe('erasing a person', () => {
  it('takes two people, destroys the key, and leaves the value nowhere; the event stays', async () => {
    const { lead, customer } = await newLead('CANARY-Zodwa')
    // the business forgets him by itself; here it is made to, so that only the trail could still know
    await world.sql(`alter table dealer_ops.customer disable trigger all`)
    await world.sql(`update dealer_ops.customer set first_name = 'gone' where id = $1`, [uuidOf(customer)])
    await world.sql(`alter table dealer_ops.customer enable trigger all`)
    const body = () => world.sql(`select body from audit.event where target_id = $1`, [uuidOf(lead)])
    const before = await body()

    const asked = (await admin.send(ERASE, wish(customer))).data.subjectErase
    expect(asked).toMatchObject({ erasure: { state: 'ASKED', subjectId: customer }, userErrors: [] })
    const own = await admin.send(CONFIRM, { id: asked.erasure.id })
    expect(own.data.subjectEraseConfirm.userErrors).toEqual([{ code: 'SELF_APPROVAL_REFUSED' }])
    expect((await eventsOf(admin, lead))[0].personal[0].state).toBe('DISCLOSED')

    const done = (await other.send(CONFIRM, { id: asked.erasure.id })).data.subjectEraseConfirm
    expect(done).toMatchObject({
      erasure: { state: 'ERASED' },
      certificate: {
        subjectType: 'CUSTOMER',
        subjectId: customer,
        basis: 'REQUEST_OF_SUBJECT',
        valuesErased: 2,
      },
      userErrors: [],
    })
    expect((await eventsOf(admin, lead))[0].personal).toEqual([
      { field: 'firstName', value: null, state: 'ERASED' },
      { field: 'lastName', value: null, state: 'ERASED' },
    ])
    expect(await body()).toEqual(before)
    const dump = await wholeDump()
    expect(dump).not.toContain('CANARY-Zodwa')
    expect(dump).not.toContain(Buffer.from('CANARY-Zodwa').toString('hex'))
    expect(dump).not.toContain(Buffer.from('CANARY-Zodwa').toString('base64').slice(0, 14))
  })

  it('gives a certificate that the trail proves', async () => {
    const { customer } = await newLead('Kagiso')
    const { certificate } = await erased(customer)

    const again = await admin.send(
      'query Q($id: ID!) { erasureCertificate(id: $id) { id keyId eventSequence erasedAt } }',
      { id: certificate.id },
    )
    expect(again.data.erasureCertificate).toMatchObject({
      id: certificate.id,
      keyId: certificate.keyId,
      eventSequence: certificate.eventSequence,
    })
    const [told] = await world.sql<{ action: string; detail: object }>(
      'select action, detail from audit.event where tenant_id = $1 and id = $2',
      [tenantId, certificate.eventSequence],
    )
    expect(told).toMatchObject({
      action: 'subject.erased',
      detail: { subjectId: customer, basis: 'REQUEST_OF_SUBJECT', values: 2, keyId: certificate.keyId },
    })
    const foreign = await world.people
      .admin('south')
      .send('query Q($id: ID!) { erasureCertificate(id: $id) { id } }', { id: certificate.id })
    expect(foreign.data.erasureCertificate).toBeNull()
  })

  it('is final: nothing more is kept of the person, and he cannot be erased twice', async () => {
    const { customer } = await newLead('Palesa')
    const { certificate } = await erased(customer)

    expect((await admin.send(ERASE, wish(customer))).data.subjectErase.userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ])
    const twice = await other.send(CONFIRM, { id: certificate.id })
    expect(twice.data.subjectEraseConfirm.userErrors).toEqual([{ code: 'STATE_NOT_ALLOWED' }])
    const keys = await world.sql('select wrapped, destroyed_at from sec.subject_key where subject_id = $1', [
      uuidOf(customer),
    ])
    expect(keys).toEqual([{ wrapped: null, destroyed_at: expect.any(Date) }])
  })

  it.each([
    ['of nobody', () => encodeId('Customer', randomUUID()), 'NOT_FOUND'],
    ['of a malformed id', () => 'cus_1', 'NOT_FOUND'],
  ])('%s is refused', async (_name, customer, code) => {
    expect((await admin.send(ERASE, wish(customer()))).data.subjectErase.userErrors).toEqual([{ code }])
  })

  it('is not for somebody of one store, for other groups, or for a sign-in that is not fresh', async () => {
    const { customer } = await newLead('Bongani')
    const store = await world.people.admin('north-one').send(ERASE, wish(customer))
    const foreign = await world.people.admin('south').send(ERASE, wish(customer))
    const { userId, id } = world.people.membership('DEALER_ADMIN', 'north')
    const stale = world.people.withCredential(
      await signToken(world.issuerKey, {
        ...goodClaims({ userId, membershipId: id }),
        auth_time: Math.floor(Date.now() / 1000) - 3_600,
      }),
    )
    const old = await stale.send(ERASE, wish(customer))

    expect(store.data.subjectErase.userErrors).toEqual([{ code: 'SCOPE_EXCEEDED' }])
    expect(foreign.data.subjectErase.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    expect(old.errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED')
    for (const client of [world.people.sales('north-one'), world.people.owner(), world.people.support()])
      expect((await client.send(ERASE, wish(customer))).errors[0]?.extensions.code).toBe('ACCESS_DENIED')
  })

  it('is refused while a hold covers the person, by the database too', async () => {
    const { customer } = await newLead('Naledi')
    const asked = (await admin.send(ERASE, wish(customer))).data.subjectErase
    await plant(
      world,
      tenantId,
      `insert into audit.legal_hold (tenant_id, scope, subject_type, subject_id, reason, placed_by, placed_principal)
       values ('${tenantId}', 'SUBJECT', 'Customer', '${uuidOf(customer)}', 'a case is open', '${randomUUID()}', 'DEALER_ADMIN')`,
    )
    const held = await other.send(CONFIRM, { id: asked.erasure.id })
    const unasked = await admin.send(ERASE, wish(customer))
    // past the service, with the sealed context of the second person
    const { userId } = world.people.membership('DEALER_ADMIN', 'north')
    const past = TenantDatabase.open({ url: world.roleUrl('audit'), applicationName: 'test' })
    const seal = sealFor(actorOf('DEALER_ADMIN', { id: randomUUID(), tenantId, reach: 'TENANT' }), 'audit')
    const erase = (tx: TenantTx) => tx.query('select audit.erase_subject($1)', [uuidOf(asked.erasure.id)])
    await expect((await past).write(seal, erase)).rejects.toMatchObject({ code: 'SUBJECT_HELD' })
    await world.sql('alter table audit.legal_hold disable trigger all')
    await world.sql('update audit.legal_hold set released_at = now(), released_by = placed_by')
    await world.sql('alter table audit.legal_hold enable trigger all')
    const ownSeal = sealFor(actorOf('DEALER_ADMIN', { id: userId, tenantId, reach: 'TENANT' }), 'audit')
    await expect((await past).write(ownSeal, erase)).rejects.toMatchObject({ code: 'STATE_NOT_ALLOWED' })
    await (await past).close()

    expect(held.data.subjectEraseConfirm.userErrors).toEqual([{ code: 'SUBJECT_HELD' }])
    expect(unasked.data.subjectErase.userErrors).toEqual([{ code: 'SUBJECT_HELD' }])
    const done = await other.send(CONFIRM, { id: asked.erasure.id })
    expect(done.data.subjectEraseConfirm.userErrors).toEqual([])
  })
})
