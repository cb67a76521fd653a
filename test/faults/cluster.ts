import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrapRoles, installSealKey, migrate, withClient } from '@autora/shared/database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@autora/shared/embedded-postgres'
import { testKeys, testPasswords } from '../kit/secrets.js'
import { allMigrations } from '../kit/templates.js'

const superuserPassword = 'faults'

/**
 * A PostgreSQL of a run's own that keeps what it acknowledged, unlike that of the other tests: its immediate stop is
 * what a crash is. It comes back on the same port.
 */
export class Cluster {
  private constructor(
    private readonly home: string,
    private server: EmbeddedPostgres,
  ) {}

  /** Starts it, with the schema of the platform in a database of its own. */
  static async start(): Promise<Cluster> {
    const home = mkdtempSync(join(tmpdir(), 'autora-faults-'))
    chmodSync(home, 0o755) // the server may run as another account
    const server = await startEmbeddedPostgres({ home, port: 0, superuserPassword })
    const cluster = new Cluster(home, server)
    await withClient(server.url, (db) => db.query('create database trail'))
    await bootstrapRoles(cluster.adminUrl, testPasswords)
    await migrate(cluster.adminUrl, allMigrations)
    await installSealKey(cluster.adminUrl, testKeys.seal)
    return cluster
  }

  /** Superuser's connection string. */
  get adminUrl(): string {
    return this.server.url.replace(/\/postgres$/, '/trail')
  }

  /** Where processes may keep their state. */
  folder(name: string): string {
    return join(this.home, name)
  }

  /** Ends the server at once, as `pg_ctl stop -m immediate` does, and starts it again: it recovers from its log. */
  async crash(): Promise<void> {
    const { port, pid } = this.server
    process.kill(pid, 'SIGQUIT')
    await this.server.stop()
    this.server = await startEmbeddedPostgres({ home: this.home, port, superuserPassword })
  }

  /** Stops the server and removes everything. */
  async close(): Promise<void> {
    await this.server.stop()
    rmSync(this.home, { recursive: true, force: true })
  }
}
