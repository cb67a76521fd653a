import { randomUUID } from 'node:crypto'
import { type DemoMembership, lineOfProbe, probeRevocation, REVOCATION_PROMISE_MS } from '@autora/cli'
import { FeedLink } from '../attacks/feed-link.js'
import { type LinkedGateway, linkGateway } from '../attacks/linked-gateway.js'
import type { Client } from '../kit/client.js'
import { People } from '../kit/people.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

const ME = '{ me { principal } }'
const LEADS = '{ leads(first: 1) { edges { node { id } } } }'

let world: World
let feed: FeedLink
let linked: LinkedGateway
beforeAll(async () => {
  world = await startWorld()
  // a key that was ended stays so; these tests mend what they broke
  await world.sql('alter table identity.api_key disable trigger only_shrinks')
})
beforeEach(async () => {
  feed = await FeedLink.to(world.urls.identity)
  linked = await linkGateway(world, feed.url)
  await until('the feed is fresh', () => has('revocations.fresh', linked.lines))
})
afterEach(async () => {
  await linked.close()
  await feed.close()
})
afterAll(() => world.close())

const has = (event: string, lines: readonly string[]) => lines.some((line) => line.includes(`"${event}"`))
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return
    await pause(10)
  }
  throw new Error(`never: ${what}`)
}

/** Changes rows past every wall, as if a service had, and without the event it would have written. */
const change = (table: string, change: string, where: string) =>
  world.sql(`begin; alter table identity.${table} disable trigger must_be_audited;
    update identity.${table} set ${change} where ${where};
    alter table identity.${table} enable always trigger must_be_audited; commit`)

/** A session of a membership, and a client with one and the same token of it. */
async function signIn(membership: DemoMembership): Promise<{ client: Client; sessionId: string }> {
  const sessionId = randomUUID()
  const { tenantId, id, userId } = membership
  await world.sql(`begin; alter table identity.session disable trigger must_be_audited;
    insert into identity.session (tenant_id, id, user_id, membership_id, account_id, client_id, authorization_id, assurance,
      authenticated_at, expires_at) values ('${tenantId}', '${sessionId}', '${userId}', '${id}', '${randomUUID()}', 'test', 'test',
      'MFA', now(), now() + interval '1 hour');
    alter table identity.session enable always trigger must_be_audited; commit`)
  const claims = { ...goodClaims({ userId, membershipId: id }), sid: sessionId }
  const token = await signToken(world.issuerKey, claims)
  return { client: linked.people.withCredential(token), sessionId }
}

const endSession = (id: string) =>
  change('session', `ended_at = now(), end_reason = 'REVOKED'`, `id = '${id}'`)
const statusOf = async (client: Client) => (await client.send(ME)).status

/** Lets somebody in, and again from memory. */
async function letIn(client: Client): Promise<void> {
  const before = feed.lookUps
  expect(await statusOf(client)).toBe(200)
  expect(await statusOf(client)).toBe(200)
  expect(feed.lookUps).toBe(before + 1)
}

/** Waits for the refusal, and sees that it stays one. */
async function refused(client: Client): Promise<void> {
  await until('refused', async () => (await statusOf(client)) === 401)
  for (let tries = 0; tries < 5; tries++) expect(await statusOf(client)).toBe(401)
}

interface Withdrawal {
  readonly table: string
  readonly ends: (who: { membership: DemoMembership; sessionId: string }) => readonly [string, string]
  readonly mends: string
}

const withdrawals: Readonly<Record<string, Withdrawal>> = {
  'a session that ended': {
    table: 'session',
    ends: ({ sessionId }) => [`ended_at = now(), end_reason = 'REVOKED'`, `id = '${sessionId}'`],
    mends: 'ended_at = null, end_reason = null',
  },
  'a membership that ended': {
    table: 'membership',
    ends: ({ membership }) => ['valid_to = now()', `id = '${membership.id}'`],
    mends: `valid_to = 'infinity'`,
  },
  'a membership that changed': {
    table: 'membership',
    ends: ({ membership }) => ['version = 2', `id = '${membership.id}'`],
    mends: 'version = 1',
  },
  'a user who was deactivated': {
    table: 'user_account',
    ends: ({ membership }) => [`status = 'DEACTIVATED'`, `id = '${membership.userId}'`],
    mends: `status = 'ACTIVE'`,
  },
  'a group that was suspended': {
    table: 'dealer_group',
    ends: ({ membership }) => [`status = 'SUSPENDED'`, `tenant_id = '${membership.tenantId}'`],
    mends: `status = 'ACTIVE'`,
  },
}

describe('a withdrawn right', () => {
  it.each(Object.entries(withdrawals))('REV-10 MUST end: %s', async (_name, { table, ends, mends }) => {
    const membership = world.people.membership('DEALER_SALES', 'north-one')
    const { client, sessionId } = await signIn(membership)
    const bystander = await signIn(world.people.membership('DEALER_SALES', 'south-one'))
    await letIn(client)
    await letIn(bystander.client)
    const before = feed.lookUps

    const [set, where] = ends({ membership, sessionId })
    await change(table, set, where)
    await refused(client)

    expect(await statusOf(bystander.client)).toBe(200)
    expect(feed.lookUps).toBeGreaterThan(before)
    await change(table, mends, where)
    await until('let in again', async () => (await statusOf(client)) === 200)
  })

  it.each([
    ['the application is suspended', 'partner_app', `status = 'SUSPENDED'`, `status = 'ACTIVE'`],
    ['the key is ended', 'api_key', 'revoked_at = now()', 'revoked_at = null'],
    ['the key loses its scopes', 'api_key', `scopes = '{metrics:read}'`, `scopes = '{leads:create}'`],
  ])('REV-11 MUST reach a key: %s', async (_name, table, set, mends) => {
    const storeId = world.people.store('north-one').id
    const key = world.network.apiKeys.find((one) => one.kind === 'STORE' && one.storeIds.includes(storeId))
    const client = linked.people.partner('north-one')
    await letIn(client)
    const where = `id = '${table === 'api_key' ? key?.id : key?.appId}'`

    await change(table, set, where)

    const before = feed.lookUps
    await until('asked anew', async () => {
      await statusOf(client)
      return feed.lookUps > before
    })
    if (!set.startsWith('scopes')) await refused(client)
    await change(table, mends, where)
  })

  it('REV-12 MUST NOT be told of where nothing that decides changed', async () => {
    const membership = world.people.membership('DEALER_SALES', 'north-one')
    const { client, sessionId } = await signIn(membership)
    await letIn(client)
    const before = feed.lookUps

    await change('session', `expires_at = expires_at + interval '1 hour'`, `id = '${sessionId}'`)
    await change('user_account', `mobile = '+27821112223'`, `id = '${membership.userId}'`)
    await change('store', 'sla_minutes = 31', `code = 'north-one'`)
    await pause(100)

    expect(await statusOf(client)).toBe(200)
    expect(feed.lookUps).toBe(before)
  })
})

describe('a feed that is broken', () => {
  const breaks = {
    'it is held up': () => feed.hold(),
    'it is cut': () => feed.cut(),
    'PostgreSQL ends the connection that listens': () =>
      world.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'autora-identity-feed' and datname = current_database()`,
      ),
  }

  it.each(Object.entries(breaks))('REV-13 MUST NOT let a withdrawn right in: %s', async (_name, brk) => {
    const { client, sessionId } = await signIn(world.people.membership('DEALER_SALES', 'north-one'))
    const other = await signIn(world.people.membership('DEALER_SALES', 'north-one'))
    await letIn(client)
    await letIn(other.client)

    await brk()
    await endSession(sessionId)
    await refused(client)

    expect(await statusOf(other.client)).toBe(200)
    feed.heal()
    const before = linked.lines.length
    await until('fresh again', async () => {
      const asked = feed.lookUps
      await statusOf(other.client)
      await statusOf(other.client)
      return feed.lookUps === asked && linked.lines.length >= before
    })
    expect(await statusOf(client)).toBe(401)
  })

  it('REV-14 MUST cost identity one question for requests that come together', async () => {
    const { client } = await signIn(world.people.membership('DEALER_SALES', 'north-one'))
    feed.cut()
    await until('stale', () => has('revocations.stale', linked.lines))
    const before = feed.lookUps

    const answers = await Promise.all(Array.from({ length: 100 }, () => statusOf(client)))

    expect(new Set(answers)).toEqual(new Set([200]))
    expect(feed.lookUps - before).toBeLessThan(50)
  })
})

describe('a running request', () => {
  it.each([
    ['the feed tells of it', () => undefined],
    ['nobody tells of it', () => feed.cut()],
  ])('REV-15 MUST end with 401 when its sender is no longer let in: %s', async (_name, before) => {
    const { client, sessionId } = await signIn(world.people.membership('DEALER_SALES', 'north-one'))
    await letIn(client)
    linked.links.dealer_ops.hold()
    const running = client.send(LEADS)
    await until('it waits for dealer-ops', () => linked.links.dealer_ops.waiting > 0)

    before()
    await endSession(sessionId)
    const answer = await running

    expect(answer.status).toBe(401)
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
    expect(answer.data).toBeNull()
    linked.links.dealer_ops.release()
  })

  it('REV-16 MUST go on when a change leaves its sender as he was', async () => {
    const { client, sessionId } = await signIn(world.people.membership('DEALER_SALES', 'north-one'))
    await letIn(client)
    linked.links.dealer_ops.hold()
    const running = client.send(LEADS)
    await until('it waits for dealer-ops', () => linked.links.dealer_ops.waiting > 0)

    await change('session', `expires_at = expires_at - interval '1 minute'`, `id = '${sessionId}'`)
    await pause(200)
    linked.links.dealer_ops.release()

    expect((await running).status).toBe(200)
  })
})

describe('autora doctor --revocation', () => {
  it('REV-17 MUST find keys refused within the promise, and leave only ended ones behind', async () => {
    const admin = world.people.membership('DEALER_ADMIN', 'north')
    const subject = { userId: admin.userId, membershipId: admin.id }
    const people = new People(world.network, world.gatewayUrl, world.issuerKey)
    expect(await statusOf(people.admin('north'))).toBe(200)

    const result = await probeRevocation({
      gatewayUrl: world.gatewayUrl,
      adminToken: () => signToken(world.issuerKey, goodClaims(subject)),
      trials: 20,
    })

    process.stdout.write(`${lineOfProbe(result)}\n`)
    expect(result.p99).toBeLessThan(REVOCATION_PROMISE_MS)
    const left = await world.sql(
      `select 1 from identity.api_key where label like 'Revocation probe%' and revoked_at is null`,
    )
    expect(left).toEqual([])
  })
})
