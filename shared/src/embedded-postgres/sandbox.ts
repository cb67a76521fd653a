import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, realpath, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import { systemFolder } from './folders.js'
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './index.js'
import { postmasterOn } from './processes.js'

/** A server as seen from the process that asked another one to start it. */
export interface ForeignServer {
  readonly starter: ChildProcess
  readonly pid: number
  readonly url: string
}

/** For this module's tests: an installation in a folder of its own, of which `close` leaves nothing. */
export interface Sandbox {
  /** Folder around the checkout. */
  readonly outside: string
  readonly home: string
  start(options?: Partial<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres>
  /** Starts the server from a Node process of its own, so that it can be killed. */
  startInAnotherProcess(): Promise<ForeignServer>
  close(): Promise<void>
}

const superuserPassword = 'p@ss/word:1'

/** Opens an empty sandbox below the system's folder for temporary files. */
export async function openSandbox(): Promise<Sandbox> {
  const outside = await realpath(await mkdtemp(join(tmpdir(), 'autora-pg-')))
  await chmod(outside, 0o755)
  const home = join(outside, 'checkout', '.autora')
  const running: EmbeddedPostgres[] = []
  const foreign: ForeignServer[] = []
  return {
    outside,
    home,
    async start(options = {}) {
      const server = await startEmbeddedPostgres({ home, port: 0, superuserPassword, ...options })
      running.push(server)
      return server
    },
    async startInAnotherProcess() {
      const server = await startFrom(home)
      foreign.push(server)
      return server
    },
    async close() {
      for (const server of running) await server.stop()
      for (const server of foreign) await kill(server, join(home, 'pg'))
      await rm(outside, { recursive: true, force: true })
      await removeSystemFolders(running)
    },
  }
}

/** Runs one statement on a connection of its own and returns its rows. */
export async function query({ url }: Pick<EmbeddedPostgres, 'url'>, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function startFrom(home: string): Promise<ForeignServer> {
  const options = JSON.stringify({ home, port: 0, superuserPassword })
  const starter = spawn(process.execPath, [join(__dirname, 'sandbox-starter.cjs'), options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(starter.stdout), 'line')
  const { pid, url } = JSON.parse(String(line))
  return { starter, pid, url }
}

/** Only a test that failed leaves something to kill. */
async function kill({ starter, pid }: ForeignServer, dataDir: string): Promise<void> {
  starter.kill('SIGKILL')
  if (await postmasterOn(dataDir, pid)) process.kill(pid, 'SIGKILL')
}

/**
 * Removes what was kept outside the sandbox for it alone. The programs' copy, if one was made, stays: it
 * belongs to the machine, and another run may be using it.
 */
async function removeSystemFolders(servers: readonly EmbeddedPostgres[]): Promise<void> {
  const folders = servers
    .map(({ dataDir }) => dirname(dataDir))
    .filter((path) => dirname(path) === systemFolder)
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
  if (folders.length > 0 && (await readdir(systemFolder)).length === 0) await rmdir(systemFolder)
}
