import {
  goodPassword,
  type Invited,
  type Person,
  type SignInSite,
  startSignInSite,
} from '../kit/sign-in-site.js'
import { codeOf, recoveryCodesOn, secretOn } from './codes.js'
import { heading, type Page, Surfer } from './surfer.js'

let site: SignInSite
beforeAll(async () => {
  site = await startSignInSite()
})
afterAll(() => site.close())

const pathOf = (link: string) => new URL(link).pathname
const enter = '/sign-in/account/enter'
let addresses = 0
/** Somebody from a network of his own. */
const somebody = () => new Surfer(site, `127.0.${100 + (addresses++ % 100)}.1`)

const trailOf = async (targetId: string) =>
  (
    await site.sql<{ told: string }>(
      `select action || ' ' || outcome as told from audit.event where target_id = $1 order by id`,
      [targetId],
    )
  ).map(({ told }) => told)

const userOf = async ({ userId }: Invited) =>
  (
    await site.sql<{ status: string; accountId: string | null }>(
      `select status, account_id as "accountId" from identity.user_account where id = $1`,
      [userId],
    )
  )[0]

/** What a link that opens nothing shows: always this. */
const dead = (page: Page) => [page.status, heading(page)]
const deadLink = [410, 'This link is not valid']

/** Signs in with a password. */
async function signIn(surfer: Surfer, email: string, password = goodPassword): Promise<Page> {
  await surfer.open(enter)
  return surfer.submit({ email, password })
}

describe('an invitation', () => {
  it('makes an account for a new person, who then signs in', async () => {
    const invited = await site.newInvitation('DEALER_SALES')
    const surfer = somebody()

    const shown = await surfer.open(pathOf(invited.link))
    const weak = await surfer.submit({ password: 'password1234' })
    const accepted = await surfer.submit({ password: 'four quick brown foxes' })
    const inside = await signIn(surfer, invited.email, 'four quick brown foxes')

    expect(shown.text).toContain(invited.email)
    expect([weak.status, accepted.status, heading(accepted)]).toEqual([422, 200, 'You are in'])
    expect(heading(inside)).toBe('Your sign-in')
    const user = await userOf(invited)
    expect(user?.status).toBe('ACTIVE')
    expect(await trailOf(invited.userId)).toEqual(['invitation.accepted ALLOW'])
    expect(await trailOf(user?.accountId ?? '')).toEqual(['account.created ALLOW', 'account.signedIn ALLOW'])
  })

  it('SIG-11 MUST ask platform staff for a second factor before anything is made', async () => {
    const invited = await site.newInvitation('PLATFORM_SUPPORT')
    const surfer = somebody()
    const shown = await surfer.open(pathOf(invited.link))
    const secret = secretOn(shown)

    const without = await surfer.submit({ password: goodPassword, code: '000000' })
    const before = await userOf(invited)
    const accepted = await surfer.submit({ password: goodPassword, code: codeOf(secret) })
    await signIn(surfer, invited.email)

    expect(without.status).toBe(422)
    expect(secretOn(without)).toBe(secret)
    expect(before).toEqual({ status: 'INVITED', accountId: null })
    expect(recoveryCodesOn(accepted)).toHaveLength(10)
    expect(heading(surfer.page)).toBe('Confirm that it is you')
  })

  it('is accepted by somebody with an account when he signs in to it, and by nobody else', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const other = await site.newAccount('DEALER_SALES')
    const { tenantId: except } = person.membership
    const invited = await site.newInvitation('DEALER_MARKETING', { email: person.email, except })
    const surfer = somebody()
    await signIn(surfer, other.email)

    const asked = await surfer.open(pathOf(invited.link))
    const wrong = await surfer.submit({ email: other.email, password: goodPassword })
    const before = await userOf(invited)
    await surfer.open(pathOf(invited.link))
    const right = await surfer.submit({ email: person.email, password: goodPassword })
    const accepted = await surfer.submit({})

    expect([heading(asked), heading(wrong)]).toEqual(['Sign in', 'Sign in'])
    expect(before).toEqual({ status: 'INVITED', accountId: null })
    expect([heading(right), heading(accepted)]).toEqual(['Accept your invitation', 'You are in'])
    expect(await userOf(invited)).toEqual({ status: 'ACTIVE', accountId: person.accountId })
  })

  it('SIG-12 MUST open nothing when it was used, is over, was revoked or never was: one answer, told where it is known', async () => {
    const used = await site.newInvitation('DEALER_SALES')
    const first = somebody()
    await first.open(pathOf(used.link))
    await first.submit({ password: goodPassword })
    const after = await userOf(used)
    const expired = await site.newInvitation('DEALER_SALES', { state: 'EXPIRED' })
    const revoked = await site.newInvitation('DEALER_SALES', { state: 'REVOKED' })
    const never = `/sign-in/invitation/${'A'.repeat(43)}`

    const answers = []
    for (const path of [...[used, expired, revoked].map(({ link }) => pathOf(link)), never])
      answers.push((await somebody().open(path)).text)

    expect(new Set(answers).size).toBe(1)
    expect(dead(await somebody().open(never))).toEqual(deadLink)
    expect(await trailOf(used.userId)).toEqual(['invitation.accepted ALLOW', 'invitation.accepted DENY'])
    expect(await trailOf(expired.userId)).toEqual(['invitation.accepted DENY'])
    expect(await trailOf(revoked.userId)).toEqual(['invitation.accepted DENY'])
    expect(await userOf(used)).toEqual(after)
    expect(await userOf(expired)).toEqual({ status: 'INVITED', accountId: null })
  })

  it('SIG-12 MUST make one account of two acceptances at once', async () => {
    const invited = await site.newInvitation('DEALER_SALES')
    const two = [somebody(), somebody()]
    for (const surfer of two) await surfer.open(pathOf(invited.link))

    const answers = await Promise.all(two.map((surfer) => surfer.submit({ password: goodPassword })))

    expect(answers.map(heading).sort()).toEqual(['This link is not valid', 'You are in'])
    const accounts = await site.sql(`select from issuer.account where email = $1`, [invited.email])
    expect(accounts).toHaveLength(1)
  })
})

/** Asks for a new password. */
async function forgotten(email: string): Promise<Page> {
  const surfer = somebody()
  await surfer.open('/sign-in/forgotten')
  return surfer.submit({ email })
}

/** The link in the newest mail to somebody. */
const linkTo = ({ email }: Person) =>
  /http:\S+\/reset\/\S+/.exec(site.mails.findLast(({ to }) => to === email)?.text ?? '')?.[0] ?? ''

/** A session of somebody, as an application would have it. */
const openSession = ({ accountId, membership }: Person) =>
  site.sql(
    `alter table identity.session disable trigger must_be_audited;
     insert into identity.session (tenant_id, id, user_id, membership_id, account_id, client_id, authorization_id,
       assurance, authenticated_at, expires_at)
     values ('${membership.tenantId}', gen_random_uuid(), '${membership.userId}', '${membership.id}', '${accountId}',
       'autora-web', gen_random_uuid()::text, 'PASSWORD', now(), now() + interval '1 hour');
     alter table identity.session enable always trigger must_be_audited`,
  )

const endReasons = ({ accountId }: Person) =>
  site.sql<{ reason: string | null }>(
    `select end_reason as reason from identity.session where account_id = $1`,
    [accountId],
  )

describe('a forgotten password', () => {
  it('SIG-13 MUST be answered the same for an address with an account and one without', async () => {
    const person = await site.newAccount('DEALER_SALES')

    const [known, unknown] = [await forgotten(person.email), await forgotten('nobody@test.example')]

    expect([known.status, known.text]).toEqual([unknown.status, unknown.text])
    expect(site.mails.filter(({ to }) => to === person.email)).toHaveLength(1)
    expect(site.mails.filter(({ to }) => to === 'nobody@test.example')).toEqual([])
  })

  it('SIG-14 MUST be set anew once by a link, which ends all sessions', async () => {
    const person = await site.newAccount('DEALER_SALES')
    await openSession(person)
    const elsewhere = somebody()
    await signIn(elsewhere, person.email)
    await forgotten(person.email)
    const path = pathOf(linkTo(person))
    const surfer = somebody()

    await surfer.open(path)
    const set = await surfer.submit({ password: 'nine slow purple tractors' })
    const replayed = await surfer.open(path)

    expect(heading(set)).toBe('Your password is set')
    expect(dead(replayed)).toEqual(deadLink)
    expect(await endReasons(person)).toEqual([{ reason: 'PASSWORD_CHANGED' }])
    expect(heading(await elsewhere.open('/sign-in/account'))).toBe('Sign in')
    expect((await signIn(somebody(), person.email)).status).toBe(422)
    expect(heading(await signIn(somebody(), person.email, 'nine slow purple tractors'))).toBe('Your sign-in')
    expect(await trailOf(person.accountId)).toEqual(
      expect.arrayContaining(['account.passwordReset ALLOW', 'account.passwordReset DENY']),
    )
  })

  it('SIG-14 MUST be set once by a link that is used twice at once', async () => {
    const person = await site.newAccount('DEALER_SALES')
    await forgotten(person.email)
    const two = [somebody(), somebody()]
    for (const surfer of two) await surfer.open(pathOf(linkTo(person)))

    const answers = await Promise.all(
      two.map((surfer, index) => surfer.submit({ password: `nine slow purple tractors ${index}` })),
    )

    expect(answers.map(heading).sort()).toEqual(['This link is not valid', 'Your password is set'])
  })

  it('SIG-14 MUST not be set by a link that is over, or that a newer one replaced', async () => {
    const person = await site.newAccount('DEALER_SALES')
    await forgotten(person.email)
    const older = pathOf(linkTo(person))
    await forgotten(person.email)
    const newer = pathOf(linkTo(person))
    const surfer = somebody()
    await surfer.open(newer)
    await site.sql(
      `update issuer.one_time_link set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second'
        where account_id = $1 and used_at is null`,
      [person.accountId],
    )

    expect(dead(await somebody().open(older))).toEqual(deadLink)
    expect(dead(await surfer.submit({ password: 'nine slow purple tractors' }))).toEqual(deadLink)
    expect(heading(await signIn(somebody(), person.email))).toBe('Your sign-in')
  })
})

describe('a change of credentials', () => {
  it('SIG-15 MUST need the current password and a fresh sign-in, and end everything else', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const [here, elsewhere] = [somebody(), somebody()]
    await signIn(here, person.email)
    await signIn(elsewhere, person.email)
    await openSession(person)
    const change = async (current: string) => {
      await here.open('/sign-in/account/password')
      return here.submit({ current, password: 'nine slow purple tractors' })
    }

    const guessed = await change('some other words here')
    const untouched = await endReasons(person)
    const changed = await change(goodPassword)

    expect([guessed.status, untouched]).toEqual([422, [{ reason: null }]])
    expect(heading(changed)).toBe('Your sign-in')
    expect(await endReasons(person)).toEqual([{ reason: 'PASSWORD_CHANGED' }])
    expect(heading(await elsewhere.open('/sign-in/account'))).toBe('Sign in')
    expect(site.mails.findLast(({ to }) => to === person.email)?.subject).toBe('Your sign-in was changed')
  })

  it('SIG-15 MUST stop a half-finished sign-in from before', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const [owner, thief] = [somebody(), somebody()]
    await signIn(owner, person.email)
    const secret = secretOn(await owner.open('/sign-in/account/authenticator'))
    await owner.submit({ code: codeOf(secret) })
    await signIn(thief, person.email)
    await owner.open('/sign-in/account/password')
    await owner.submit({ current: goodPassword, password: 'nine slow purple tractors' })

    const late = await thief.submit({ code: codeOf(secret, 1), deed: 'otp' }, `${enter}/factor`)

    expect(heading(late)).toBe('Sign in')
  })

  it('shows open sessions and ends one', async () => {
    const person = await site.newAccount('DEALER_SALES')
    await openSession(person)
    const surfer = somebody()
    const page = await signIn(surfer, person.email)
    const id = /name="id" value="([^"]*)"/.exec(page.text)?.[1] ?? ''

    const ended = await surfer.submit({ id }, '/sign-in/account/sessions/end')

    expect(page.text).toContain('at autora-web')
    expect(ended.text).toContain('The session is ended.')
    expect(await endReasons(person)).toEqual([{ reason: 'SIGNED_OUT' }])
  })

  it('leaves platform staff no way to be without a second factor', async () => {
    const person = await site.newAccount('PLATFORM_OWNER')
    const surfer = somebody()
    const led = await signIn(surfer, person.email)
    await surfer.submit({ code: codeOf(secretOn(led)) }, `${enter}/enrol`)
    await surfer.submit({}, `${enter}/continue`)

    const kept = await surfer.submit({}, '/sign-in/account/authenticator/remove')

    expect([kept.status, kept.text.includes('this is the last one')]).toEqual([422, true])
  })
})

describe('what is at rest', () => {
  it('SIG-16 MUST authenticate nobody: no seed, code, link or password stands in a dump or a log', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const surfer = somebody()
    await signIn(surfer, person.email)
    const secret = secretOn(await surfer.open('/sign-in/account/authenticator'))
    const codes = recoveryCodesOn(await surfer.submit({ code: codeOf(secret) }))
    await forgotten(person.email)
    const token = linkTo(person).split('/').at(-1) ?? ''
    const bare = (text: string) => text.replaceAll(/[^0-9A-Za-z_-]/g, '')

    const tables = await site.sql<{ name: string }>(
      `select oid::regclass::text as name from pg_class
        where relnamespace in ('issuer'::regnamespace, 'identity'::regnamespace, 'audit'::regnamespace) and relkind in ('r', 'p') and not relispartition`,
    )
    let dump = site.logLines.join('\n')
    for (const { name } of tables)
      dump += (await site.sql<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`))
        .map(({ row }) => row)
        .join('\n')

    const secrets = [secret, ...codes, ...codes.map((code) => code.replaceAll('-', '')), token, goodPassword]
    const bytes = [token, ...codes].flatMap((text) => [
      Buffer.from(text).toString('hex'),
      Buffer.from(text, 'base64url').toString('hex'),
    ])
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect([...secrets, ...bytes].filter((text) => dump.includes(text))).toEqual([])
    expect(bare(dump)).not.toContain(bare(secret))
    expect(site.logLines.join('\n')).not.toContain(person.email)
  })
})

describe('a mail that cannot be sent', () => {
  it('loses no deed: it is an error in the log, and asking again makes another link', async () => {
    const broken = await startSignInSite()
    try {
      broken.breakMail()
      const person = await broken.newAccount('DEALER_SALES')
      const surfer = new Surfer(broken)
      await surfer.open('/sign-in/forgotten')

      const page = await surfer.submit({ email: person.email })

      expect(heading(page)).toBe('Look into your mail')
      expect(broken.logLines.join('\n')).toContain('mail.failed')
      expect(await broken.sql(`select from issuer.one_time_link`)).toHaveLength(1)
    } finally {
      await broken.close()
    }
  })
})
