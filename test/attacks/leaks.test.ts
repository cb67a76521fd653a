import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canariesOf, demoApiKey } from '@autora/cli'
import {
  type AccessProfile,
  type DataClass,
  decideClass,
  type Principal,
  principals,
} from '@autora/shared/access'
import { encodeId } from '@autora/shared/request'
import type { Answer, Client } from '../kit/client.js'
import { testKeys, testPasswords } from '../kit/secrets.js'
import { rootFields, visit } from '../kit/supergraph.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'
import { wideQueries } from './wide-queries.js'

let world: World
const credentials: string[] = []
const answers = new Map<Principal, Answer[]>()

beforeAll(async () => {
  world = await startWorld()
  for (const principal of principals) answers.set(principal, await tour(principal))
  await writeThings()
  await fail()
}, 120_000)
afterAll(() => world.close())

const scopes = [
  'appointments:read',
  'customers:read',
  'leads:create',
  'leads:read.own',
  'messages:read.own',
  'metrics:read',
  'pii:contact',
] as const

/** What each principal of the tour acts with. */
const profileOf = (principal: Principal): AccessProfile => ({
  principal,
  grant: null,
  scopes: principal === 'PARTNER' ? ['customers:read', 'leads:create', 'leads:read.own'] : [],
  marketingContactMasked: false,
})

/** Somebody with a credential that is kept, so that it can be looked for afterwards. */
async function clientOf(principal: Principal): Promise<Client> {
  const { people } = world
  if (principal === 'PARTNER') return keyed('STORE')
  const role = principal === 'ANALYST' ? 'DEALER_MARKETING' : principal
  const where = role === 'DEALER_ADMIN' ? 'north' : role.startsWith('DEALER') ? 'north-one' : undefined
  const { userId, id } = people.membership(role, where)
  const subject = { userId, membershipId: id, ...(principal === 'ANALYST' && { analyst: true }) }
  return kept(await signToken(world.issuerKey, goodClaims(subject)))
}

function kept(credential: string): Client {
  credentials.push(credential)
  return world.people.withCredential(credential)
}

function keyed(kind: 'STORE' | 'FULL'): Client {
  const { id } = world.people.store('north-one')
  const key = world.network.apiKeys.find((one) => one.kind === kind && one.storeIds.includes(id))
  return kept(demoApiKey(key?.id ?? ''))
}

/** Everything a principal may ask for, and a piece of what he may not. */
async function tour(principal: Principal): Promise<Answer[]> {
  const client = await clientOf(principal)
  const visits = rootFields('Query').map((field) => visit('query', [{ owner: 'Query', field }]))
  const wide = wideQueries(profileOf(principal)).map((query) => ({ query, variables: {} }))
  const left = [...visits, ...wide]
  const found: Answer[] = []
  const walk = async () => {
    for (let next = left.pop(); next; next = left.pop())
      found.push(await client.send(next.query, next.variables))
  }
  await Promise.all(Array.from({ length: 6 }, walk))
  // an answer that says no more than "come back later" would prove nothing
  expect(found.map(({ status }) => status)).not.toContain(503)
  return found
}

const CREATE =
  'mutation C($input: LeadCreateInput!) { leadCreate(input: $input) { lead { id } userErrors { code message } } }'
const lead = (mark: string, more: object = {}) => ({
  input: {
    storeId: encodeId('Store', world.people.store('north-one').id),
    customer: {
      firstName: `CANARY-IN-${mark}`,
      emails: [`canary-in-${mark}@example.test`],
      phones: ['+27 84 555 0001'],
    },
    interest: 'BUY',
    source: 'WALK_IN',
    comments: `CANARY-IN-${mark}-comments`,
    ...more,
  },
})

/** Deeds that carry personal data, done and refused. */
async function writeThings(): Promise<void> {
  const sales = await clientOf('DEALER_SALES')
  const admin = await clientOf('DEALER_ADMIN')
  const partner = await clientOf('PARTNER')
  const adf = readFileSync(join(__dirname, '../fixtures/adf/13-dialect-minimal-fields.xml'), 'utf8')
  const xml = { 'content-type': 'application/xml' }
  await sales.send(CREATE, lead('done'))
  await sales.send(CREATE, lead('refused', { brandCode: 'CANARY-IN-BRAND' }))
  await sales.send(CREATE, { input: { ...lead('bad').input, source: 'CANARY-IN-SOURCE' } })
  await sales.send('mutation { leadCreate(input: { comments: "CANARY-IN-LITERAL" }) { lead { id } } }')
  await sales.send(
    '{ customerSearch(input: { email: "canary-in-search@example.test", phone: "+27 84 555 0002" }) { __typename } }',
  )
  await sales.send('query CanaryName { "CANARY-IN-SYNTAX" }')
  await sales.send(
    'mutation R($s: String!) { incidentReport(input: { category: OTHER, summary: $s }) { incident { summary } } }',
    {
      s: 'CANARY-IN-SUMMARY',
    },
  )
  await admin.send(
    'mutation S($i: StoreConfigureInput!) { storeConfigure(input: $i) { userErrors { code } } }',
    {
      i: {
        id: encodeId('Store', world.people.store('north-two').id),
        changes: { openingHours: 'CANARY-IN-HOURS' },
      },
    },
  )
  await partner.post('/intake/adf', adf.replace('Whitfield', 'CANARY-IN-ADF'), xml)
  await partner.post('/intake/adf', '<!DOCTYPE adf [<!ENTITY a "CANARY-IN-ENTITY">]><adf>&a;</adf>', xml)
  await partner.post('/intake/adf?name=CANARY-IN-QUERY', adf, {
    ...xml,
    'x-autora-store-code': 'CANARY-IN-CODE',
  })
}

/** Faults of ours with personal data at hand: what the log is given then is a cause. */
async function fail(): Promise<void> {
  const sales = await clientOf('DEALER_SALES')
  await world.sql(
    "alter table dealer_ops.customer_email add constraint broken check (address not like '%broken%')",
  )
  await sales.send(
    CREATE,
    lead('broken', { customer: { lastName: 'CANARY-IN', emails: ['canary-in-broken@example.test'] } }),
  )
  await world.sql('alter table dealer_ops.customer_email drop constraint broken')
  await world.sql('revoke select on dealer_ops.customer_phone from autora_dealer_ops')
  await sales.send('{ customers(first: 5) { edges { node { firstName phones { raw } } } } }')
  await sales.send(CREATE, lead('unreadable'))
  await world.sql('grant select on dealer_ops.customer_phone to autora_dealer_ops')
}

/** The class of a canary, by the column that its text ends with. */
function classOf(value: string): DataClass {
  if (/-(comments|subject|body|notes)$/.test(value)) return 'BODY'
  if (value.endsWith('-referrer')) return 'BEHAVIOUR'
  return value.endsWith('-finance_intent') ? 'FINANCIAL' : 'CONTACT'
}

const canaries = () =>
  canariesOf(world.network).flatMap(({ storeId, values }) => values.map((value) => ({ storeId, value })))

/** Canaries that stand in the answers to a principal, told by class, and whether they are of north-one. */
function seenBy(principal: Principal) {
  const text = (answers.get(principal) ?? []).map((answer) => answer.text).join('\n')
  return canaries().filter(({ value }) => text.includes(value))
}

const inReach = (principal: Principal, storeId: string) => {
  const group = world.network.stores.find(({ id }) => id === storeId)?.groupCode
  return principal === 'DEALER_ADMIN' ? group === 'north' : storeId === world.people.store('north-one').id
}

describe('the answers', () => {
  it.each(principals)('LEK-01 MUST show %s no canary of another store or of a closed class', (principal) => {
    const seen = seenBy(principal)

    const foreign = seen.filter(({ storeId }) => !inReach(principal, storeId))
    const hidden = seen.filter(({ value }) => decideClass(classOf(value), profileOf(principal)) !== 'CLEAR')

    expect(foreign).toEqual([])
    expect(hidden).toEqual([])
  })

  it('LEK-02 MUST show the canaries to those who may see them: the tour passes where they are', () => {
    const own = canaries().filter(({ storeId }) => storeId === world.people.store('north-one').id)

    expect(seenBy('DEALER_ADMIN').map(({ value }) => value)).toEqual(
      expect.arrayContaining(own.map(({ value }) => value)),
    )
    expect(new Set(seenBy('DEALER_SALES').map(({ value }) => classOf(value)))).toEqual(
      new Set(['CONTACT', 'BODY', 'FINANCIAL']),
    )
    for (const principal of principals) expect(answers.get(principal)?.length).toBeGreaterThan(20)
  })

  it('LEK-03 MUST show a partner contact data with its scope alone, and of its own leads alone', async () => {
    const full = keyed('FULL')
    const wide = wideQueries({ ...profileOf('PARTNER'), scopes: [...scopes] })

    const text = (await Promise.all(wide.map((query) => full.send(query))))
      .map((answer) => answer.text)
      .join('\n')
    const seen = canaries().filter(({ value }) => text.includes(value))

    expect(seen.length).toBeGreaterThan(0)
    expect(seen.filter(({ storeId }) => storeId !== world.people.store('north-one').id)).toEqual([])
    expect(
      seen.map(({ value }) => classOf(value)).filter((name) => name === 'FINANCIAL' || name === 'BEHAVIOUR'),
    ).toEqual([])
  })
})

describe('the log', () => {
  const lines = () => world.logLines.join('')

  it('LEK-10 MUST be written at all: requests, refusals and faults', () => {
    const words = [
      '"gateway"',
      '"dealer-ops"',
      'access.denied',
      'resolver.failed',
      '"request"',
      '42501',
      '23514',
    ]

    expect(words.filter((word) => !lines().includes(word))).toEqual([])
  })

  it('LEK-11 MUST hold no personal value, neither read nor written', () => {
    const found = canaries().filter(({ value }) => lines().includes(value))

    expect(found).toEqual([])
    expect(/.{40}canary-in|.{40}84 ?555 ?000/i.exec(lines())).toBeNull()
    const staff = world.network.users.flatMap(({ displayName, email, mobile }) => [
      displayName,
      email,
      mobile,
    ])
    expect(staff.filter((value) => lines().includes(value))).toEqual([])
  })

  it('LEK-12 MUST hold no token, no key and no password', () => {
    const keys = Object.values(testKeys).map((key) => ('secret' in key ? key.secret : key))
    const secrets = [
      ...credentials.flatMap((credential) =>
        credential.split(/[._]/).filter((part) => part.length > 20 && !/^[0-9a-f]{32}$/.test(part)),
      ),
      ...Object.values(testPasswords),
      ...keys.flatMap((key) => [key.toString('hex'), key.toString('base64'), key.toString('base64url')]),
      new URL(world.adminUrl).host,
    ]

    expect(secrets.filter((secret) => lines().includes(secret))).toEqual([])
  })
})

describe('the trail', () => {
  it('LEK-20 MUST hold no personal value: ids, states and counts alone', async () => {
    const events = await world.sql<{ text: string }>('select e::text as text from audit.event e')
    const trail = events.map(({ text }) => text).join('\n')

    expect(events.length).toBeGreaterThan(500)
    expect(canaries().filter(({ value }) => trail.includes(value))).toEqual([])
    expect(trail).not.toMatch(/canary-in/i)
  })

  it('LEK-21 MUST keep the personal values beside it encrypted', async () => {
    const kept = await world.sql<{ field: string; ciphertext: Buffer }>(
      'select field, ciphertext from audit.side_value',
    )
    const bytes = Buffer.concat(kept.map(({ ciphertext }) => ciphertext))

    expect(kept.map(({ field }) => field)).toContain('firstName')
    for (const form of ['latin1', 'hex', 'base64'] as const) {
      const mark = Buffer.from('CANARY-IN-').toString(form)
      expect(bytes.toString(form)).not.toContain(mark)
    }
  })
})
