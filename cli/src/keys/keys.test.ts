import { allowInsecureRequests, ClientSecretBasic, clientCredentialsGrant, discovery } from 'openid-client'
import { testKeys } from '../../../test/kit/secrets.js'
import { startWorld, type World } from '../../../test/kit/world.js'
import { runCommandLine } from '../commands.js'

let world: World

beforeAll(async () => {
  world = await startWorld({ issuer: true })
})
afterAll(() => world.close())

/** Runs a command line with the settings of the world's issuer. */
async function run(...args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const { id, secret } = testKeys.issuerSeal
  const code = await runCommandLine(args, {
    environment: {
      AUTORA_ISSUER_DATABASE_URL: world.identitySettings.AUTORA_ISSUER_DATABASE_URL,
      AUTORA_ISSUER_SEAL_KEY: `${id}:${secret.toString('hex')}`,
      AUTORA_ISSUER_KEY: testKeys.issuer.toString('hex'),
    },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  })
  return { code, out, err }
}

it('autora keys rotate publishes a key that is listed and signs later', async () => {
  const before = await run('keys', 'list')
  const rotated = await run('keys', 'rotate')
  const after = await run('keys', 'list')

  const kid = /^Published (\S{43})\./.exec(rotated.out[0] ?? '')?.[1] ?? 'none'
  expect([before.code, rotated.code, after.code]).toEqual([0, 0, 0])
  expect(before.out).toHaveLength(1)
  expect(after.out).toHaveLength(2)
  expect(after.out[1]).toContain(kid)
  expect(after.out[0]).toMatch(/retires 20/)
})

it('autora clients add prints a secret that signs in, once', async () => {
  const added = await run('clients', 'add', 'prober', '--name', 'Prober')
  const again = await run('clients', 'add', 'prober')
  const url = new URL(world.urls.identity)
  const client = await discovery(url, 'prober', undefined, ClientSecretBasic(added.out[0]), {
    execute: [allowInsecureRequests],
  })

  expect((await clientCredentialsGrant(client)).scope).toBeUndefined()
  expect([again.code, again.err]).toEqual([1, ['This id is taken.']])
})
