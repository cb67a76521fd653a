import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type DemoMembership,
  type DemoNetwork,
  type DemoRole,
  demoNetwork,
  demoPassword,
  demoPasswordHash,
} from '@autora/cli'
import { type MailMessage, startIdentity } from '@autora/identity'
import { hopKey } from '@autora/shared/actor'
import { withClient } from '@autora/shared/database'
import { createLog } from '@autora/shared/telemetry'
import { freshDatabase, roleUrlOf } from './database.js'
import { testKeys } from './secrets.js'
import { issuerSettings } from './world.js'

/** The password of every account here. */
export const goodPassword = demoPassword

/** The identity service alone, with its sign-in pages, on a database of its own. */
export interface SignInSite {
  /** As browsers reach it: by a name, since no passkey works at a bare address. */
  readonly origin: string
  readonly port: number
  readonly network: DemoNetwork
  /** Every mail so far. */
  readonly mails: readonly MailMessage[]
  readonly logLines: readonly string[]
  /** A mail server that takes nothing, from now on. */
  breakMail(): void
  /** Asks the database past every wall. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** An account with `goodPassword`, for the next holder of a role that has none yet. */
  newAccount(role: DemoRole): Promise<Person>
  /** A user who was invited and has no account. @param email - of somebody else's account; default one of his own. */
  newInvitation(role: DemoRole, options?: InvitationOptions): Promise<Invited>
  close(): Promise<void>
}

/** How an invitation differs from a good one. */
export interface InvitationOptions {
  readonly email?: string
  readonly state?: 'EXPIRED' | 'REVOKED'
  /** Not into this group. */
  readonly except?: string
}

/** Somebody who can sign in. */
export interface Person {
  readonly accountId: string
  readonly email: string
  readonly membership: DemoMembership
}

/** Somebody who was invited. */
export interface Invited {
  readonly link: string
  readonly email: string
  readonly userId: string
  readonly tenantId: string
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Settings of identity as its own browsers reach it. */
const settingsFor = (adminUrl: string, port: number) => ({
  AUTORA_PROFILE: 'production' as const,
  AUTORA_HOST: '127.0.0.1',
  AUTORA_PORT: port,
  DATABASE_URL: roleUrlOf(adminUrl, 'identity'),
  AUTORA_HOP_KEY: hopKey(testKeys.hopSecret, 'identity'),
  ...issuerSettings(adminUrl),
  AUTORA_ISSUER: `http://localhost:${port}`,
  AUTORA_KEY_PEPPER: testKeys.pepper,
})

/** Starts identity with its pages. Close it in `afterAll`. */
export async function startSignInSite(): Promise<SignInSite> {
  const adminUrl = await freshDatabase('template_demo')
  const port = await freePort()
  const mails: MailMessage[] = []
  const logLines: string[] = []
  let isMailBroken = false
  const mail = {
    async send(message: MailMessage) {
      if (isMailBroken) throw new Error('the mail server is down')
      mails.push(message)
    },
  }
  const log = createLog('identity', (line) => logLines.push(line))
  const identity = await startIdentity(settingsFor(adminUrl, port), { log, mail })
  const sql = <Row extends object>(text: string, values?: readonly unknown[]) =>
    withClient(adminUrl, async (db) => (await db.query<Row>(text, values as unknown[])).rows)
  const network = demoNetwork('XS')
  const taken = new Map<string, number>()
  return {
    origin: `http://localhost:${port}`,
    ...{ port, network, mails, logLines, sql },
    breakMail: () => {
      isMailBroken = true
    },
    newAccount: (role) => addAccount(sql, takeOne(network, taken, role, 'ACCOUNT'), demoPasswordHash),
    newInvitation: (role, options = {}) =>
      addInvitation(sql, takeOne(network, taken, role, 'INVITATION', options.except), port, options),
    close: () => identity.close(),
  }
}

type Sql = SignInSite['sql']

/** Holders of a role in turn: every second one is for accounts, who come round again, the others are for invitations. */
function takeOne(
  network: DemoNetwork,
  taken: Map<string, number>,
  role: DemoRole,
  use: 'ACCOUNT' | 'INVITATION',
  except?: string,
): DemoMembership {
  const active = new Set(network.users.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id))
  const holders = network.memberships
    .filter((one) => one.role === role && one.endedDaysAgo === null && active.has(one.userId))
    .filter((_one, index) => index % 2 === (use === 'ACCOUNT' ? 0 : 1))
    .filter((one) => one.tenantId !== except)
  const turn = taken.get(`${role} ${use}`) ?? 0
  taken.set(`${role} ${use}`, turn + 1)
  const membership = holders[use === 'ACCOUNT' ? turn % holders.length : turn]
  if (!membership) throw new Error(`the demo network has no further ${role}`)
  return membership
}

/** Changes users past the rule that every change has an event: it is the application's wall, and this is none. */
const withoutTrail = (change: string) => `
  alter table identity.user_account disable trigger must_be_audited;
  alter table identity.invitation disable trigger must_be_audited;
  ${change};
  alter table identity.user_account enable always trigger must_be_audited;
  alter table identity.invitation enable always trigger must_be_audited;`

async function addAccount(sql: Sql, membership: DemoMembership, passwordHash: string): Promise<Person> {
  const accountId = randomUUID()
  const email = `person-${accountId.slice(0, 8)}@test.example`
  await sql(
    withoutTrail(`
      update identity.user_account set account_id = null where id = '${membership.userId}';
      insert into issuer.account (id, email, password_hash) values ('${accountId}', '${email}', '${passwordHash}');
      update identity.user_account set account_id = '${accountId}', email = '${email}' where id = '${membership.userId}'`),
  )
  return { accountId, email, membership }
}

async function addInvitation(
  sql: Sql,
  { tenantId, userId }: DemoMembership,
  port: number,
  options: InvitationOptions,
): Promise<Invited> {
  const token = Buffer.from(randomUUID() + randomUUID())
    .toString('base64url')
    .slice(0, 43)
  const email = options.email ?? `invited-${userId.slice(0, 8)}@test.example`
  const [createdAt, expiresAt] = options.state === 'EXPIRED' ? ['-2 days', '-1 day'] : ['0 days', '1 day']
  await sql(
    withoutTrail(`
      update identity.user_account set account_id = null, status = 'INVITED', email = '${email}' where id = '${userId}';
      insert into identity.invitation (tenant_id, id, user_id, token_sha256, created_by, created_at, expires_at, revoked_at)
      values ('${tenantId}', gen_random_uuid(), '${userId}', sha256('${token}'), '${userId}',
              now() + interval '${createdAt}', now() + interval '${expiresAt}', ${options.state === 'REVOKED' ? 'now()' : 'null'})`),
  )
  return { link: `http://localhost:${port}/sign-in/invitation/${token}`, email, userId, tenantId }
}
