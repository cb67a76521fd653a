import { prepareBinaries } from './binaries.js'
import { checkVersion, ensureCluster, removeCluster } from './cluster.js'
import { writingTo } from './errors.js'
import { takeOver } from './lock-file.js'
import { openLog } from './log.js'
import { type Placement, placeCluster } from './placement.js'
import { choosePort, host } from './port.js'
import { launch, type RunningServer } from './server.js'

export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './errors.js'

/** How to run the database of one installation. */
export interface EmbeddedPostgresOptions {
  /** Folder that holds the cluster and everything else of this installation; made if it is missing. */
  readonly home: string
  /** TCP port on 127.0.0.1; 0 picks a free one. */
  readonly port: number
  /** Password of the role `postgres`. Set when the cluster is made: later starts need the same one. */
  readonly superuserPassword: string
  /**
   * Default false. True: a throw-away server for tests, begun empty, removed by `stop`, and quick instead
   * of safe (no fsync). Never touches the lasting cluster of the same home.
   */
  readonly ephemeral?: boolean
  /** Told in one line about each thing that takes time or may surprise. Default: silence. */
  readonly onProgress?: (line: string) => void
}

/** A PostgreSQL server that takes connections on 127.0.0.1. */
export interface EmbeddedPostgres {
  /** Superuser's address, `postgres://postgres:…@127.0.0.1:<port>/postgres`. Secret. */
  readonly url: string
  readonly port: number
  readonly dataDir: string
  readonly pid: number
  /** Shuts the server down and waits for its end (usually 30 ms, at most 30 s). Idempotent. */
  stop(): Promise<void>
}

/** Readiness after a shutdown, and after a crash, where the log since the last checkpoint is replayed. */
const readyWithinMs = { cleanly: 30_000, afterCrash: 120_000 } as const

/**
 * Runs PostgreSQL 18 from the programs in node_modules: nothing is installed on this machine. Makes the
 * cluster at the first start (about 1 s) and finds it again later (about 0.1 s), also after a crash of
 * ours or of the server. Works as root by running the server as `postgres` or `nobody`. A server whose
 * starter was killed is stopped first; no other process is ever signalled.
 *
 * For development and tests: loopback only, and with the libraries of the npm package.
 *
 * @throws {EmbeddedPostgresError} PG_PORT_BUSY - something listens on the port.
 * @throws {EmbeddedPostgresError} PG_ALREADY_RUNNING - another living process runs this cluster.
 * @throws {EmbeddedPostgresError} PG_DATA_NOT_WRITABLE - the cluster's place is closed to us or full.
 * @throws {EmbeddedPostgresError} PG_DATA_VERSION - another major version of PostgreSQL made the cluster.
 * @throws {EmbeddedPostgresError} PG_BINARIES_MISSING - the npm package for this platform is not installed.
 * @throws {EmbeddedPostgresError} PG_PLATFORM_UNSUPPORTED - there is none, or it does not run here.
 * @throws {EmbeddedPostgresError} PG_START_FAILED - PostgreSQL gave up; its last lines are in the message.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { home, superuserPassword, ephemeral = false, onProgress = () => undefined } = options
  const place = await writingTo(home, () => placeCluster({ home, ephemeral, onProgress }))
  const binaries = await prepareBinaries({ ...place, onProgress })

  const hasCrashed = await takeOver(place.dataDir, onProgress)
  if (ephemeral) await removeCluster(place)
  await checkVersion(place.dataDir, binaries)
  await choosePort(options.port) // said now rather than after a cluster was made in vain
  await ensureCluster(place, binaries, { superuserPassword, ephemeral, onProgress })

  const log = await openLog(ephemeral ? [place.dataDir] : [place.home, place.dataDir])
  try {
    const within = hasCrashed ? readyWithinMs.afterCrash : readyWithinMs.cleanly
    const plan = {
      ...place,
      ...binaries,
      port: options.port,
      ephemeral,
      log,
      readyWithinMs: within,
      onProgress,
    }
    return describe(await launch(plan), place, options)
  } finally {
    await log.close() // the server has its own hold on it
  }
}

function describe(
  server: RunningServer,
  place: Placement,
  options: EmbeddedPostgresOptions,
): EmbeddedPostgres {
  const { pid, port } = server
  const password = encodeURIComponent(options.superuserPassword)
  return {
    url: `postgres://postgres:${password}@${host}:${port}/postgres`,
    port,
    dataDir: place.dataDir,
    pid,
    async stop() {
      await server.stop()
      if (options.ephemeral) await removeCluster(place)
    },
  }
}
