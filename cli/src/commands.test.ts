import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands, runCommandLine } from './commands.js'

/** Runs a command line in an empty home. @returns exit code and lines. */
async function run(line: string, environment: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'autora-'))
  const out: string[] = []
  const err: string[] = []
  const code = await runCommandLine(line.split(' ').filter(Boolean), {
    environment: { AUTORA_HOME: home, ...environment },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  })
  rmSync(home, { recursive: true })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('the command line', () => {
  it.each([
    ['fly', /^Unknown command 'fly'/],
    ['toString', /^Unknown command 'toString'/],
    ['start --fast', /^Unknown option '--fast'\. See autora start --help\.$/],
    ['start now', /^Unexpected word 'now'/],
    ['start --port 0', /^--port must be a port/],
    ['start --port 4001', /^Port 4001 is wanted by identity and by gateway/],
    ['start --profile-data XL', /^--profile-data must be one of XS, S/],
    [
      'serve',
      /^Which service\? One of witness, sequencer, follower, identity, dealer-ops, audit, gateway\.$/,
    ],
    ['serve mail', /^Unknown service 'mail'/],
    ['token', /^--as must be one of owner/],
    ['token --as king', /not 'king'/],
    ['token --as sales@', /not 'sales@'/],
    ['token --as sales --grant gnt_1 --group karoo', /^--grant and --group belong together/],
    ['token --as support --grant 17 --group karoo', /^--grant must look like gnt_/],
    ['keys', /^What about the keys\? One of rotate, list\.$/],
    ['keys burn', /^Unknown word 'burn'\. One of rotate, list\.$/],
    ['vault', /^What about the vault/],
    ['clients', /^What about clients\? Only add is known/],
    ['clients add A', /^The id must be 3 to 60 characters/],
    ['doctor --trials 5', /^--trials belongs to --revocation/],
    ['doctor --revocation --trials 0', /^--trials must be a number from 1/],
    ['trail', /^What about the trail\? Only rebuild is known/],
    ['evidence', /^Of which dealer group\? --group <code>\.$/],
    ['evidence --group karoo --window 0', /^--window must be a number of seconds from 1/],
    ['seed --profile XXL', /^--profile must be one of XS, S/],
  ])('answers "%s" with one line and exit code 2', async (line, told) => {
    const { code, out, err } = await run(line)

    expect(err).toMatch(told)
    expect(err.split('\n')).toHaveLength(1)
    expect([code, out]).toEqual([2, ''])
  })

  it.each([
    ['start', { AUTORA_PROFILE: 'production' }, /^AUTORA_PROFILE is production/],
    ['start', { AUTORA_HOME: '/dev/null' }, /^\/dev\/null cannot be written/],
    ['token --as owner', { AUTORA_PROFILE: 'production' }, /^AUTORA_PROFILE is production/],
    ['token --as owner', {}, /^There is no installation in .*\. Run npm start first\.$/],
    ['doctor --revocation', {}, /^There is no gateway to probe/],
    ['migrate', {}, /^There is no database: set DATABASE_URL/],
    ['seed', {}, /^There is no database/],
    ['evidence --group karoo', {}, /^There is no database/],
    ['seed', { DATABASE_URL: 'postgres://a@127.0.0.1:1/b' }, /^Demo data does not go into production/],
    ['seed', { AUTORA_PROFILE: 'production' }, /^Demo data does not go into production/],
    ['keys rotate', {}, /^There is no issuer: AUTORA_ISSUER_DATABASE_URL is not set/],
    ['clients add prober', {}, /^There is no issuer/],
    ['doctor', { DATABASE_URL: 'nonsense' }, /^The settings are not usable: DATABASE_URL: must look like/],
  ])('answers "%s" in %j with what to do and exit code 1', async (line, environment, told) => {
    const { code, err } = await run(line, environment)

    expect(err).toMatch(told)
    expect(err.split('\n')).toHaveLength(1)
    expect(code).toBe(1)
  })

  it('names every missing setting of a migration at once, and no value', async () => {
    const { code, err } = await run('migrate', {
      DATABASE_URL: 'postgres://a@127.0.0.1:1/b',
      AUTORA_AUDIT_DB_PASSWORD: 'tooshort',
    })

    for (const name of ['IDENTITY_DB_PASSWORD', 'DEALER_OPS_DB_PASSWORD', 'AUDIT_DB_PASSWORD', 'SEAL_KEY'])
      expect(err).toContain(`AUTORA_${name}: `)
    expect(err).not.toContain('tooshort')
    expect(code).toBe(1)
  })

  it('says which file of a setting does not exist', async () => {
    const { err } = await run('doctor', { DATABASE_URL_FILE: '/nowhere/url' })

    expect(err).toBe('/nowhere/url does not exist. Correct the setting that names it.')
  })

  it('says so when a file of the installation was cut off', async () => {
    const home = mkdtempSync(join(tmpdir(), 'autora-'))
    writeFileSync(join(home, 'secrets.json'), '{"superuserPassword": "')

    const { err } = await run('token --as owner', { AUTORA_HOME: home })

    rmSync(home, { recursive: true })
    expect(err).toMatch(/secrets\.json is damaged: it holds no JSON\. Restore it/)
  })

  it.each(Object.keys(commands))('explains %s', async (name) => {
    const { code, out } = await run(`${name} --help`)

    expect(out).toMatch(new RegExp(`^Usage: autora ${name}`))
    expect(code).toBe(0)
  })
})
