import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Home, homeOf, makeHome } from './home.js'
import { runningPid, takeLock } from './lock.js'
import { ensureSecrets, readSecrets } from './secrets.js'

describe('an installation', () => {
  let home: Home

  beforeEach(() => {
    home = homeOf({ AUTORA_HOME: mkdtempSync(join(tmpdir(), 'autora-')) })
    makeHome(home)
  })
  afterEach(() => rmSync(home.folder, { recursive: true }))

  it('makes its secrets once, for its owner only, and leaves no draft behind', async () => {
    const first = await ensureSecrets(home)
    const second = await ensureSecrets(home)

    expect([first.isNew, second.isNew]).toEqual([true, false])
    expect(second.secrets).toEqual(first.secrets)
    expect(statSync(home.secrets).mode & 0o777).toBe(0o600)
    expect(readdirSync(home.folder).sort()).toEqual(['logs', 'secrets.json'])
  })

  it('names a secret that was damaged, and never its value', async () => {
    const { secrets } = await ensureSecrets(home)
    writeFileSync(home.secrets, JSON.stringify({ ...secrets, hopSecret: 'not hexadecimal' }))

    expect(() => readSecrets(home)).toThrow(/hopSecret is missing or malformed/)
    expect(() => readSecrets(home)).not.toThrow(/not hexadecimal/)
  })

  it('adds what an installation older than the log lacks, once, and keeps the rest', async () => {
    const { secrets } = await ensureSecrets(home)
    const { logKey: _log, witnessKey: _witness, ...older } = secrets
    const { sequencer: _password, ...passwords } = secrets.rolePasswords
    writeFileSync(home.secrets, JSON.stringify({ ...older, rolePasswords: passwords }))

    const extended = readSecrets(home)

    expect(extended).toMatchObject({ ...older, rolePasswords: passwords })
    expect(extended?.rolePasswords.sequencer).toMatch(/^.{16,}$/)
    expect(extended?.logKey).toMatch(/^log-[0-9a-f]{8}\.autora\/trail:[0-9a-f]{64}$/)
    expect(readSecrets(home)).toEqual(extended)
  })

  it('runs once at a time', () => {
    const lock = takeLock(home)

    expect(runningPid(home)).toBe(process.pid)
    expect(() => takeLock(home)).toThrow(`already runs from ${home.folder} (pid ${process.pid})`)
    lock.release()
    expect(runningPid(home)).toBeNull()
  })

  it('takes over the lock of a run that is dead, also when its number was given again', () => {
    writeFileSync(home.lock, JSON.stringify({ pid: process.pid, birth: 'of somebody else' }))

    const lock = takeLock(home)

    expect(lock.wasLeftBehind).toBe(true)
    lock.release()
  })
})
