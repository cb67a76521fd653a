import { randomUUID } from 'node:crypto'
import { actorOf, callDirectly } from '../kit/direct-call.js'
import { plant } from '../kit/plant.js'
import { goodPassword, type SignInSite, startSignInSite } from '../kit/sign-in-site.js'
import { heading, type Page, Surfer } from './surfer.js'

let site: SignInSite
beforeAll(async () => {
  site = await startSignInSite()
})
afterAll(() => site.close())

let addresses = 0
const somebody = () => new Surfer(site, `127.0.${200 + addresses++}.1`)
const dead = (page: Page) => [page.status, heading(page)]
const deadLink = [410, 'This link is not valid']

/** The group whose admin invites. */
const north = () => {
  const group = site.network.groups.find(({ code }) => code === 'north')
  const admin = site.network.memberships.find(
    (one) => one.tenantId === group?.id && one.role === 'DEALER_ADMIN' && one.storeId === null,
  )
  if (!group || !admin) throw new Error('the demo network lacks north')
  return { tenantId: group.id, admin }
}

/** A mutation of the group's admin, as the gateway would pass it on. */
async function asAdmin(name: string, input: object): Promise<{ user: { id: string } }> {
  const { tenantId, admin } = north()
  const { text } = await callDirectly(
    `http://127.0.0.1:${site.port}`,
    { audience: 'identity', actor: actorOf('DEALER_ADMIN', { id: admin.userId, tenantId, reach: 'TENANT' }) },
    `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { user { id } userErrors { code } } }`,
    { input },
  )
  const answer = JSON.parse(text) as { data: Record<string, { user: { id: string }; userErrors: unknown[] }> }
  const payload = answer.data[name]
  expect(payload?.userErrors).toEqual([])
  return { user: payload?.user ?? { id: '' } }
}

const linkOf = (email: string): string => {
  const mail = site.mails.filter(({ to }) => to === email).at(-1)
  return new URL(/http\S+\/sign-in\/invitation\/\S+/.exec(mail?.text ?? '')?.[0] ?? '').pathname
}

/** Invites somebody into sales of every store. */
async function invite() {
  const email = `${randomUUID()}@invited.example.test`
  const place = { role: 'DEALER_SALES', everyStore: true }
  const { user } = await asAdmin('userInvite', { email, displayName: 'Invited Person', ...place })
  return { userId: user.id, email, link: linkOf(email) }
}

const statusOf = async (email: string) =>
  (
    await site.sql<{ status: string }>('select status from identity.user_account where email = $1', [email])
  )[0]?.status

describe('an invitation of the graph', () => {
  it('MEM-50 MUST let the invited person in by the link of the mail, once', async () => {
    const { email, link } = await invite()
    const [surfer, thief] = [somebody(), somebody()]
    const before = await statusOf(email)

    await thief.open(link)
    await surfer.open(link)
    const accepted = await surfer.submit({ password: goodPassword })
    const replayed = await somebody().open(link)
    const submitted = await thief.submit({ password: 'another long password of his' })

    expect(before).toBe('INVITED')
    expect(heading(accepted)).toBe('You are in')
    expect(await statusOf(email)).toBe('ACTIVE')
    for (const page of [replayed, submitted]) expect(dead(page)).toEqual(deadLink)
  })

  it('MEM-51 MUST open nothing by a link that was sent before the last one, taken back, or is too old', async () => {
    const { userId, email, link } = await invite()
    await asAdmin('invitationResend', { userId })
    const newer = linkOf(email)
    const older = await somebody().open(link)
    await asAdmin('invitationRevoke', { userId })
    const revoked = await somebody().open(newer)
    const late = await invite()
    await plant(
      site,
      north().tenantId,
      `update identity.invitation set created_at = now() - interval '2 days', expires_at = now() - interval '1 second'
        where user_id = (select id from identity.user_account where email = '${late.email}')`,
    )
    const expired = await somebody().open(late.link)

    expect(newer).not.toBe(link)
    for (const page of [older, revoked, expired]) expect(dead(page)).toEqual(deadLink)
    expect([await statusOf(email), await statusOf(late.email)]).toEqual(['INVITED', 'INVITED'])
  })

  it('MEM-52 MUST open nothing for somebody who was deactivated meanwhile', async () => {
    const { userId, email, link } = await invite()
    await asAdmin('userDeactivate', { id: userId })

    expect(dead(await somebody().open(link))).toEqual(deadLink)
    expect(await statusOf(email)).toBe('DEACTIVATED')
    await asAdmin('userReactivate', { id: userId })
    expect(await statusOf(email)).toBe('INVITED')
    expect(dead(await somebody().open(link))).toEqual(deadLink)
  })
})
