import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { EmbeddedPostgresError } from './index.js'
import { postmasterOn } from './processes.js'
import { openSandbox, query, type Sandbox } from './sandbox.js'

const isRoot = process.getuid?.() === 0

let box: Sandbox

beforeEach(async () => {
  box = await openSandbox()
})

afterEach(() => box.close())

describe('startEmbeddedPostgres', () => {
  it('makes a cluster that asks for the password, and finds its data at the second start', async () => {
    const first = await box.start()
    await query(first, "create table note as select 'kept' as text")
    const settings = await query(
      first,
      `select current_setting('server_version_num')::int / 10000 as major, current_setting('fsync') as fsync,
        current_setting('data_checksums') as checksums, current_setting('listen_addresses') as address,
        datlocale, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'postgres'`,
    )
    const wrong = query({ url: first.url.replace('word%3A1', 'word%3A2') }, 'select 1')
    await expect(wrong).rejects.toMatchObject({ code: '28P01' })
    await first.stop()
    await first.stop()

    const second = await box.start()

    expect(await query(second, 'select text from note')).toEqual([{ text: 'kept' }])
    expect(settings).toEqual([
      {
        major: 18,
        fsync: 'on',
        checksums: 'on',
        address: '127.0.0.1',
        datlocale: 'C.UTF-8',
        encoding: 'UTF8',
      },
    ])
    expect(second.pid).not.toBe(first.pid)
    expect((await stat(second.dataDir)).mode & 0o777).toBe(0o700)
    expect((await stat(box.home)).mode & 0o777).toBe(0o755)
    expect((await readdir(box.home)).sort()).toEqual(['pg', 'postgres.log'])
  })

  it('recovers what was committed when the server was killed', async () => {
    const first = await box.start()
    await query(first, "create table note as select 'kept' as text")
    const idle = new Client({ connectionString: first.url })
    await idle.connect()
    idle.on('error', () => undefined) // the connection dies with the server; that is what is being tested
    process.kill(first.pid, 'SIGKILL')

    const second = await box.start()

    expect(await query(second, 'select text from note')).toEqual([{ text: 'kept' }])
  })

  it('stops a server whose starter was killed, and takes its data over', async () => {
    const { starter, pid, url } = await box.startInAnotherProcess()
    await query({ url }, "create table note as select 'kept' as text")
    starter.kill('SIGKILL')
    await once(starter, 'close')
    const said: string[] = []

    const server = await box.start({ onProgress: (line) => said.push(line) })

    expect(await query(server, 'select text from note')).toEqual([{ text: 'kept' }])
    expect(said.join()).toContain(`(pid ${pid})`)
    expect(await postmasterOn(server.dataDir, pid)).toBeUndefined()
  })

  it('leaves a server alone whose starter lives', async () => {
    const server = await box.start()

    await expect(box.start()).rejects.toMatchObject({ code: 'PG_ALREADY_RUNNING' })

    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('never signals a process that only got the number of an old server', async () => {
    const first = await box.start()
    await first.stop()
    const bystander = spawn('sleep', ['60'])
    await writeFile(
      join(first.dataDir, 'postmaster.pid'),
      `${bystander.pid}\n${first.dataDir}\n\n\n\n\n\nready\n`,
    )

    const second = await box.start()

    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull()
    bystander.kill()
  })

  it('says in one line which port is busy and what to do', async () => {
    const listener = createServer().listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const address = listener.address()
    const port = typeof address === 'object' && address ? address.port : 0

    const error: unknown = await box.start({ port }).catch((reason: unknown) => reason)
    listener.close()

    expect(error).toBeInstanceOf(EmbeddedPostgresError)
    expect(error).toMatchObject({
      code: 'PG_PORT_BUSY',
      message: `Port ${port} is in use. Stop what uses it, or set AUTORA_PG_PORT to a free port.`,
      remedy: 'Stop what uses it, or set AUTORA_PG_PORT to a free port.',
    })
    expect(await readdir(box.home)).toEqual([])
  })

  it('refuses a cluster of another major version, and leaves it as it was', async () => {
    const first = await box.start()
    await first.stop()
    await writeFile(join(first.dataDir, 'PG_VERSION'), '17\n')

    await expect(box.start()).rejects.toMatchObject({ code: 'PG_DATA_VERSION' })

    expect(await readFile(join(first.dataDir, 'PG_VERSION'), 'utf8')).toBe('17\n')
  })

  it('shows the last lines of a server that gives up', async () => {
    const first = await box.start()
    await first.stop()
    await writeFile(join(first.dataDir, 'postgresql.auto.conf'), "no_such_setting = 'x'\n")

    const error: unknown = await box.start().catch((reason: unknown) => reason)

    expect(error).toMatchObject({ code: 'PG_START_FAILED' })
    expect(String(error)).toContain('no_such_setting')
  })

  it('begins a throw-away server empty, and removes it without touching the lasting one', async () => {
    const lasting = await box.start()
    await lasting.stop()
    await mkdir(join(box.home, 'pg-ephemeral'))
    const server = await box.start({ ephemeral: true })
    const rows = await query(
      server,
      "select current_setting('fsync') as fsync, current_setting('max_connections') as max",
    )

    await server.stop()

    expect(rows).toEqual([{ fsync: 'off', max: '200' }])
    expect((await readdir(box.home)).sort()).toEqual(['pg', 'postgres.log'])
  })

  it('works in a checkout that only its owner can enter, and finds the same cluster again', async () => {
    await mkdir(box.home, { recursive: true, mode: 0o755 })
    await chmod(box.outside, 0o700)
    const said: string[] = []
    const first = await box.start({ onProgress: (line) => said.push(line) })
    await query(first, "create table note as select 'kept' as text")
    await first.stop()

    const second = await box.start()

    expect(await query(second, 'select text from note')).toEqual([{ text: 'kept' }])
    expect((await stat(box.outside)).mode & 0o777).toBe(0o700)
    // Root's server runs as another account, which cannot enter; everybody else's runs as themselves.
    expect(dirname(second.dataDir)).toMatch(isRoot ? /^\/var\/lib\/autora-os\/[0-9a-f]{16}$/ : box.home)
    expect(said.some((line) => line.includes(`cannot enter ${box.outside}`))).toBe(isRoot)
  })
})
