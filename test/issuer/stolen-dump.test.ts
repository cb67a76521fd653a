import { randomUUID } from 'node:crypto'
import { withIssuerTools } from '@autora/identity'
import { Application, refusalOf } from '../kit/application.js'
import { accountFor, answerPage, barePages } from '../kit/sign-in.js'
import { startWorld, type World } from '../kit/world.js'

let world: World

beforeAll(async () => {
  world = await startWorld({ issuer: true, pages: barePages })
})
afterAll(() => world.close())

/** Every value of every column of every row, as a thief would read it: texts, and bytes in the usual spellings. */
async function dump(): Promise<readonly string[]> {
  const tables = await world.sql<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('issuer', 'identity', 'audit', 'sec', 'dealer_ops', 'migration')`,
  )
  const values: string[] = []
  for (const { name } of tables)
    for (const row of await world.sql<Record<string, unknown>>(`select * from ${name}`))
      for (const value of Object.values(row)) values.push(...spellings(value))
  return values
}

function spellings(value: unknown): readonly string[] {
  if (Buffer.isBuffer(value))
    return (['latin1', 'hex', 'base64', 'base64url'] as const).map((encoding) => value.toString(encoding))
  return [typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]
}

/** Everything that opens something, collected on the way through one sign-in and what follows it. */
async function signInWatched() {
  const accountId = await accountFor(world, world.people.membership('DEALER_SALES', 'north-one'))
  const app = new Application(world)
  const page = await app.ask()
  const back = await answerPage(app.browser, page, { accountId })
  const openCode = new URL((await app.ask()).location ?? '').searchParams.get('code') ?? ''
  const tokens = await app.finish(back)
  const keys = await withIssuerTools(world.identitySettings, (tools) => tools.keys.load())
  const clientSecret = await withIssuerTools(world.identitySettings, ({ clients }) =>
    clients.add(`service-${randomUUID().slice(0, 8)}`, 'A service'),
  )
  const secrets = {
    refreshToken: tokens.refresh_token ?? '',
    accessToken: tokens.access_token,
    idToken: tokens.id_token ?? '',
    openCode,
    usedCode: new URL(back.location ?? '').searchParams.get('code') ?? '',
    interaction: new URL(page.url).pathname.split('/').at(-1) ?? '',
    browserCookie: app.browser.cookie('autora_session'),
    signingKey: keys[0]?.privateJwk.d ?? '',
    clientSecret,
  }
  return { app, tokens, secrets }
}

describe('a stolen copy of the database', () => {
  it('ISS-30 MUST hold nothing that opens anything, and neither does the log', async () => {
    const { secrets } = await signInWatched()
    const values = await dump()
    const log = world.logLines.join('\n')

    for (const [what, secret] of Object.entries(secrets)) {
      expect([what, secret.length]).toEqual([what, expect.any(Number)])
      expect(secret.length).toBeGreaterThan(20)
      expect([what, values.filter((value) => value.includes(secret)).length]).toEqual([what, 0])
      expect([what, log.includes(secret)]).toEqual([what, false])
    }
  })

  it('ISS-31 MUST not let any of its values pass for a token, a code or a cookie', async () => {
    await signInWatched()
    const { tokens } = await signInWatched()
    const rows = await world.sql<Record<string, unknown>>('select * from issuer.artifact')
    const values = rows
      .flatMap((row) => Object.values(row).flatMap(spellings))
      .filter((value) => /^[\w-]{20,200}$/.test(value))
    const thief = new Application(world)

    expect(values.length).toBeGreaterThan(20)
    for (const value of values) {
      const asRefreshToken = thief.refresh({ ...tokens, refresh_token: value })
      expect(await refusalOf(asRefreshToken)).toBe('invalid_grant')
    }
    for (const value of values.slice(0, 40)) {
      thief.browser.setCookie('autora_session', value)
      expect((await thief.ask({ prompt: 'none' })).location).toContain('error=login_required')
    }
  })

  it('ISS-32 MUST not open what it holds in another row, or after a change', async () => {
    await signInWatched()
    const { app, tokens } = await signInWatched()
    await world.sql(`
      update issuer.artifact a
         set payload = (select payload from issuer.artifact b where b.model = a.model and b.digest <> a.digest limit 1)
       where model = 'RefreshToken'`)

    expect(await refusalOf(app.refresh(tokens))).not.toBe('accepted')
  })
})
