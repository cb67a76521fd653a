import { goodPassword, type Person, type SignInSite, startSignInSite } from '../kit/sign-in-site.js'
import { codeOf, recoveryCodesOn, secretOn } from './codes.js'
import { heading, Surfer } from './surfer.js'

let site: SignInSite
beforeAll(async () => {
  site = await startSignInSite()
})
afterAll(() => site.close())

const enter = '/sign-in/account/enter'

/** Signs in with a password. */
async function signIn(surfer: Surfer, email: string, password = goodPassword) {
  await surfer.open(enter)
  return surfer.submit({ email, password })
}

/** Sets up an app for somebody who has just signed in. */
async function setUpApp(surfer: Surfer) {
  const page = await surfer.open('/sign-in/account/authenticator')
  const secret = secretOn(page)
  const used = codeOf(secret)
  const codes = recoveryCodesOn(await surfer.submit({ code: used }))
  return { secret, used, codes }
}

/** Events about an account, oldest first. */
const trailOf = async ({ accountId }: Person) =>
  (
    await site.sql<{ told: string }>(
      `select action || ' ' || outcome as told from audit.event where target_id = $1 order by id`,
      [accountId],
    )
  ).map(({ told }) => told)

describe('a password', () => {
  it('lets somebody in, and the trail tells it in his own group', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const surfer = new Surfer(site)

    const page = await signIn(surfer, ` ${person.email.toUpperCase()} `)

    expect([page.status, heading(page)]).toEqual([200, 'Your sign-in'])
    expect(page.text).toContain(person.email)
    expect(await trailOf(person)).toEqual(['account.signedIn ALLOW'])
    const [event] = await site.sql<{ detail: { personal: Record<string, string> } }>(
      `select tenant_id, actor_id, detail from audit.event where target_id = $1`,
      [person.accountId],
    )
    const { tenantId: tenant_id, userId: actor_id } = person.membership
    const personal = { 'client.address': expect.stringMatching(/^[\w-]{43}$/) }
    expect(event).toEqual({ tenant_id, actor_id, detail: { methods: ['pwd'], personal } })
    // by its commitment: holders come round again, and others have left their addresses
    const values = await site.sql<{ field: string; ciphertext: Buffer }>(
      'select field, ciphertext from audit.side_value where subject_id = $1 and commitment = $2',
      [actor_id, Buffer.from(event?.detail.personal['client.address'] ?? '', 'base64url')],
    )
    expect(values.map(({ field }) => field)).toEqual(['client.address'])
    expect(values.filter(({ ciphertext }) => ciphertext.includes('127.0.'))).toEqual([])
  })

  it('SIG-01 MUST answer a wrong password and an unknown address alike, and tell the trail of the known one', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const [known, unknown] = [new Surfer(site, '127.0.11.1'), new Surfer(site, '127.0.12.1')]

    const wrong = await signIn(known, person.email, 'some other long words')
    const nobody = await signIn(unknown, 'nobody@test.example', 'some other long words')

    const bare = (text: string, email: string) =>
      text
        .replaceAll(email, 'EMAIL')
        .replaceAll(/name="token" value="[^"]*"/g, 'TOKEN')
        .replaceAll(/challenge&quot;:&quot;[^&]*/g, 'CHALLENGE')
    expect(wrong.status).toBe(422)
    expect(bare(wrong.text, person.email)).toBe(bare(nobody.text, 'nobody@test.example'))
    expect(await trailOf(person)).toEqual(['account.signInFailed DENY'])
  })

  it('SIG-02 MUST make whoever guesses wait, for a known address and an unknown one alike', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const answers = await Promise.all(
      [person.email, 'stranger@test.example'].map(async (email, index) => {
        const surfer = new Surfer(site, `127.0.2${index}.1`)
        const statuses: number[] = []
        for (let n = 0; n < 6; n++) statuses.push((await signIn(surfer, email, `guess number ${n}`)).status)
        return { statuses, after: surfer.page.headers['retry-after'] }
      }),
    )

    for (const { statuses, after } of answers) {
      expect(statuses).toEqual([422, 422, 422, 422, 422, 429])
      expect(Number(after)).toBeGreaterThan(0)
    }
    expect((await trailOf(person)).filter((told) => told.startsWith('account.locked'))).toHaveLength(1)
  })

  it('SIG-03 MUST not let an attacker elsewhere lock out the device of the victim', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const [victim, attacker] = [new Surfer(site, '127.0.31.1'), new Surfer(site, '127.0.32.1')]
    await signIn(victim, person.email)
    for (let n = 0; n < 6; n++) await signIn(attacker, person.email, `guess number ${n}`)

    // even from the attacker's own network
    const moved = new Surfer(site, '127.0.32.1')
    moved.take(victim.jar, 'autora_devices')
    const [stranger, known] = [await signIn(attacker, person.email), await signIn(moved, person.email)]

    expect(stranger.status).toBe(429)
    expect([known.status, heading(known)]).toEqual([200, 'Your sign-in'])
  })

  it('SIG-04 MUST not take a device cookie that was altered, or made for another account', async () => {
    const [one, two] = [await site.newAccount('DEALER_SALES'), await site.newAccount('DEALER_SALES')]
    const own = new Surfer(site, '127.0.41.1')
    await signIn(own, two.email)
    const attacker = new Surfer(site, '127.0.42.1')
    attacker.take(own.jar, 'autora_devices')
    for (let n = 0; n < 5; n++) await signIn(attacker, one.email, `guess number ${n}`)

    expect((await signIn(attacker, one.email)).status).toBe(429)
  })
})

describe('a second factor', () => {
  it('SIG-05 MUST be asked for once it is set up, and take each code once', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const surfer = new Surfer(site, '127.0.51.1')
    await signIn(surfer, person.email)
    const { secret, used } = await setUpApp(surfer)

    const asked = await signIn(surfer, person.email)
    const replayed = await surfer.submit({ code: used, deed: 'otp' })
    const next = codeOf(secret, 1)
    const entered = await surfer.submit({ code: next, deed: 'otp' }, `${enter}/factor`)
    await signIn(surfer, person.email)
    const again = await surfer.submit({ code: next, deed: 'otp' })

    expect(heading(asked)).toBe('Confirm that it is you')
    expect(replayed.status).toBe(422)
    expect(heading(entered)).toBe('Your sign-in')
    expect(again.status).toBe(422)
    expect(await trailOf(person)).toEqual([
      'account.signedIn ALLOW',
      'account.secondFactorAdded ALLOW',
      'account.signInFailed DENY',
      'account.signedIn ALLOW',
      'account.signInFailed DENY',
    ])
  })

  it('SIG-06 MUST take each recovery code once, and none of somebody else', async () => {
    const [person, other] = [await site.newAccount('DEALER_SALES'), await site.newAccount('DEALER_SALES')]
    const [surfer, stranger] = [new Surfer(site, '127.0.61.1'), new Surfer(site, '127.0.62.1')]
    await signIn(surfer, person.email)
    const { codes } = await setUpApp(surfer)
    await signIn(stranger, other.email)
    await setUpApp(stranger)
    const use = async (who: Surfer, email: string, recovery: string) => {
      await signIn(who, email)
      return heading(await who.submit({ recovery, deed: 'rc' }))
    }
    const [code = ''] = codes

    expect(codes).toHaveLength(10)
    expect(await use(stranger, other.email, code)).toBe('Confirm that it is you')
    expect(await use(surfer, person.email, code.toLowerCase().replaceAll('-', ' '))).toBe('Your sign-in')
    expect(await use(surfer, person.email, code)).toBe('Confirm that it is you')
    expect(await trailOf(person)).toContain('account.recoveryCodeUsed ALLOW')
  })

  it('SIG-07 MUST lead platform staff through enrolment before they get in', async () => {
    const person = await site.newAccount('PLATFORM_OWNER')
    const surfer = new Surfer(site, '127.0.71.1')

    const led = await signIn(surfer, person.email)
    const outside = await new Surfer(site).open('/sign-in/account')
    const early = await surfer.send('GET', '/sign-in/account')
    const codes = await surfer.submit({ code: codeOf(secretOn(led)) }, `${enter}/enrol`)
    const inside = await surfer.submit({}, `${enter}/continue`)

    expect(heading(led)).toBe('Set up a second factor')
    expect(heading(outside)).toBe('Sign in')
    expect(early.location).toBe(enter)
    expect(recoveryCodesOn(codes)).toHaveLength(10)
    expect(heading(inside)).toBe('Your sign-in')
  })
})

describe('a form', () => {
  const refused = ['403', 'This did not work']
  const tried = async (oddity: Parameters<Surfer['submit']>[2]) => {
    const person = await site.newAccount('DEALER_MARKETING')
    const surfer = new Surfer(site, '127.0.81.1')
    await surfer.open(enter)
    const page = await surfer.submit({ email: person.email, password: goodPassword }, enter, oddity)
    return { said: [String(page.status), heading(page)], trail: await trailOf(person) }
  }

  it.each([
    ['carries no token', { token: null }],
    ['carries a token that was made up', { token: Buffer.alloc(32).toString('base64url') }],
    ['comes from another origin', { origin: 'http://evil.example' }],
    ['comes from nowhere', { origin: null }],
  ])('SIG-08 MUST be refused when it %s', async (_name, oddity) => {
    expect(await tried(oddity)).toEqual({ said: refused, trail: [] })
  })

  it('SIG-08 MUST be refused in another browser than the one it was shown in', async () => {
    const [shown, sent] = [new Surfer(site), new Surfer(site)]
    const page = await shown.open(enter)
    const token = /name="token" value="([^"]*)"/.exec(page.text)?.[1] ?? ''
    await sent.open(enter)

    expect((await sent.submit({ email: 'a@b.example', password: 'x' }, enter, { token })).status).toBe(403)
  })

  it('is refused when it is no form, or too long, or the method is none of ours', async () => {
    const surfer = new Surfer(site)
    await surfer.open(enter)

    const json = await surfer.submit({}, enter, { type: 'application/json' })
    await surfer.open(enter)
    const long = await surfer.submit({ email: 'x'.repeat(17_000) })
    const deleted = await surfer.send('DELETE', enter)

    expect([json.status, long.status, deleted.status]).toEqual([415, 413, 405])
  })

  it('SIG-09 MUST send nobody to another site, whatever the address says', async () => {
    const person = await site.newAccount('DEALER_MARKETING')
    const surfer = new Surfer(site)
    const wishes = '?next=http://evil.example&returnTo=//evil.example&redirect_uri=http://evil.example'
    await surfer.open(`${enter}${wishes}`)

    const token = /name="token" value="([^"]*)"/.exec(surfer.page.text)?.[1] ?? ''
    const form = { token, email: person.email, password: goodPassword, next: 'http://evil.example' }
    const sent = await surfer.send('POST', `${enter}${wishes}`, new URLSearchParams(form).toString())

    expect([sent.status, sent.location]).toEqual([303, '/sign-in/account'])
  })

  it('SIG-10 MUST be sent with headers that let no script, frame or cache near it', async () => {
    const { headers } = await new Surfer(site).open(enter)

    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`,
    )
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    })
    for (const cookie of headers['set-cookie'] ?? []) expect(cookie).toMatch(/HttpOnly; SameSite=Lax/)
  })
})
