import { randomUUID } from 'node:crypto'
import { plant, plantPerson } from '../kit/plant.js'
import { goodPassword, type Person, type SignInSite, startSignInSite } from '../kit/sign-in-site.js'
import { codeOf, recoveryCodesOn, secretOn } from './codes.js'
import { heading, Surfer } from './surfer.js'

let site: SignInSite
beforeAll(async () => {
  site = await startSignInSite()
})
afterAll(() => site.close())

const enter = '/sign-in/account/enter'
let addresses = 0

/** Signs in with a password, from a network of his own. @returns what is shown then, and who it is shown to. */
async function signIn(email: string) {
  const surfer = new Surfer(site, `127.0.${150 + addresses++}.1`)
  await surfer.open(enter)
  return { surfer, page: await surfer.submit({ email, password: goodPassword }) }
}

/** Somebody of a role with an authenticator app. */
async function withApp(role: 'DEALER_SALES' | 'PLATFORM_SUPPORT') {
  const person = await site.newAccount(role)
  const { surfer, page } = await signIn(person.email)
  const offered = role === 'DEALER_SALES' ? await surfer.open('/sign-in/account/authenticator') : page
  const path = role === 'DEALER_SALES' ? undefined : `${enter}/enrol`
  const shown = await surfer.submit({ code: codeOf(secretOn(offered)) }, path)
  const [recovery = ''] = recoveryCodesOn(shown)
  expect(recovery).not.toBe('')
  return { person, recovery }
}

/** The wish that a Dealer Admin leaves. @param by - default: somebody else of the person's own tenant. */
async function wish({ membership }: Person, parts: { by?: string; requestedAgo?: string } = {}) {
  const { tenantId, userId } = membership
  const by = parts.by ?? (await plantPerson(site, { tenantId, role: roleOf(tenantId), storeId: null })).userId
  await plant(
    site,
    tenantId,
    `insert into identity.second_factor_reset (tenant_id, id, user_id, requested_by, requested_at, expires_at)
     values ('${tenantId}', '${randomUUID()}', '${userId}', '${by}', now() - interval '${parts.requestedAgo ?? '0 hours'}',
       now() - interval '${parts.requestedAgo ?? '0 hours'}' + interval '24 hours')`,
  )
}
const roleOf = (tenantId: string) => (/^0+-/.test(tenantId) ? 'PLATFORM_SUPPORT' : 'DEALER_ADMIN')

const openWishes = async ({ membership }: Person) =>
  (
    await site.sql<{ n: number }>(
      'select count(*)::int as n from identity.second_factor_reset where user_id = $1 and consumed_at is null',
      [membership.userId],
    )
  )[0]?.n

describe('a reset of second factors', () => {
  it('SIG-40 MUST let somebody in once with the password alone, end the old factors, and tell him', async () => {
    const { person, recovery } = await withApp('DEALER_SALES')
    const asked = await signIn(person.email)
    await wish(person)

    const { surfer, page } = await signIn(person.email)
    const removed = await site.sql<{ action: string; tenant_id: string }>(
      `select action, tenant_id from audit.event where target_id = $1 and action = 'account.secondFactorRemoved'`,
      [person.accountId],
    )
    const secret = secretOn(await surfer.open('/sign-in/account/authenticator'))
    await surfer.submit({ code: codeOf(secret) })
    const later = await signIn(person.email)
    const old = await later.surfer.submit({ recovery, deed: 'rc' })

    expect(heading(asked.page)).not.toBe('Your sign-in')
    expect(heading(page)).toBe('Your sign-in')
    expect(removed).toEqual([
      { action: 'account.secondFactorRemoved', tenant_id: person.membership.tenantId },
    ])
    expect(
      site.mails.some(({ to, text }) => to === person.email && text.includes('All second factors')),
    ).toBe(true)
    expect(await openWishes(person)).toBe(0)
    expect(heading(later.page)).not.toBe('Your sign-in')
    expect(heading(old)).not.toBe('Your sign-in')
  })

  it('SIG-41 MUST NOT be carried out for one group when the person also signs in for another', async () => {
    const { person } = await withApp('DEALER_SALES')
    const elsewhere = site.network.groups.find(({ id }) => id !== person.membership.tenantId)?.id ?? ''
    const other = await plantPerson(site, { tenantId: elsewhere, role: 'DEALER_ADMIN', storeId: null })
    await plant(
      site,
      elsewhere,
      `update identity.user_account set account_id = '${person.accountId}' where id = '${other.userId}'`,
    )
    await wish(person)

    const { page } = await signIn(person.email)
    const before = await openWishes(person)
    const owner = site.network.memberships.find(({ role }) => role === 'PLATFORM_OWNER')?.userId ?? ''
    await wish(person, { by: owner })
    const byOwner = await signIn(person.email)

    expect(heading(page)).not.toBe('Your sign-in')
    expect(before).toBe(1)
    expect(heading(byOwner.page)).toBe('Your sign-in')
  })

  it('SIG-42 MUST be over after a day', async () => {
    const { person } = await withApp('DEALER_SALES')
    await wish(person, { requestedAgo: '25 hours' })

    const { page } = await signIn(person.email)

    expect(heading(page)).not.toBe('Your sign-in')
    expect(await openWishes(person)).toBe(1)
  })

  it('SIG-43 MUST lead platform staff to new factors before they get in', async () => {
    const { person } = await withApp('PLATFORM_SUPPORT')
    await wish(person)

    const { page } = await signIn(person.email)

    expect(secretOn(page)).not.toBe('')
    expect(heading(page)).not.toBe('Your sign-in')
  })
})
