import type { PoolClient } from 'pg'
import { DataSource, type QueryRunner } from 'typeorm'
import { SEAL_FORM } from '../actor/index.js'
import type { SubjectVault } from '../vault/index.js'
import { isStalePlan, translateDatabaseError } from './database-error.js'
import type { SqlValue, TenantTx } from './tenant-tx.js'

/** How a subgraph reaches its database. */
export interface TenantDatabaseOptions {
  /** Connection string of the subgraph's own login role. */
  readonly url: string
  /** Name shown in pg_stat_activity. */
  readonly applicationName: string
  /** Connections at most; default 10. */
  readonly poolSize?: number
  /** What keeps personal values of events; without one an event with such values is refused. */
  readonly vault?: SubjectVault
  /** Told when a connection dies; the pool replaces it by itself. */
  readonly onConnectionError?: (error: Error) => void
}

/**
 * The only door to the database: every transaction starts with a sealed context. Opening, context and first statement
 * travel together (`pg` pipelining), so the context costs no round trip of its own.
 */
export class TenantDatabase {
  private constructor(
    private readonly source: DataSource,
    private readonly vault: SubjectVault | null,
  ) {}

  /** Connects. @throws {Error} when the database cannot be reached or refuses the role. */
  static async open(options: TenantDatabaseOptions): Promise<TenantDatabase> {
    const onError = options.onConnectionError ?? (() => undefined)
    const source = new DataSource({
      type: 'postgres',
      url: options.url,
      applicationName: options.applicationName,
      installExtensions: false,
      poolErrorHandler: onError,
      extra: {
        max: options.poolSize ?? 10,
        pipeline: true,
        connectionTimeoutMillis: 2000,
        // a checked-out connection whose backend dies would otherwise end the process (node-postgres #2386)
        onConnect: (client: { on(event: 'error', listener: (error: Error) => void): void }) =>
          client.on('error', onError),
      },
    })
    await source.initialize()
    return new TenantDatabase(source, options.vault ?? null)
  }

  /** Runs `work` in a read-only transaction: a write inside it is refused by PostgreSQL (25006). */
  read<T>(seal: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.run(seal, READ, work)
  }

  /** Runs `work` in one transaction: all of it happens, its audit event included, or nothing does. */
  write<T>(seal: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.run(seal, 'begin', work)
  }

  /**
   * One statement in a transaction of its own that brings its seals as parameters: for the definer functions of the
   * trail, which open each of them, and for what is of no tenant, such as the public log. It can see no tenant's row.
   */
  async append<Row extends object>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    const runner = this.source.createQueryRunner()
    const client: PoolClient = await runner.connect().catch(translateDatabaseError)
    try {
      const rows = await transaction(client, null).query<Row>(sql, parameters)
      await release(runner, false)
      return rows
    } catch (error) {
      await release(runner, true)
      return translateDatabaseError(error)
    }
  }

  /** One statement without any context, for health and the wall check. It can see no tenant's row. */
  async probe<Row extends object>(sql: string): Promise<Row[]> {
    return this.source.query<Row[]>(sql).catch(translateDatabaseError)
  }

  /** Waits for running work and closes every connection. */
  async close(): Promise<void> {
    await this.source.destroy()
  }

  private async run<T>(seal: string, begin: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    // the seal is inlined so that it can travel in one message with BEGIN: its form is checked before that
    if (!SEAL_FORM.test(seal)) throw new TypeError('not a sealed context')
    const runner = this.source.createQueryRunner()
    const client: PoolClient = await runner.connect().catch(translateDatabaseError)
    try {
      const opened = client.query(`${begin}; select set_config('autora.context', '${seal}', true)`)
      opened.catch(() => undefined) // seen by the await below; the first statement is already on its way
      const result = await work(transaction(client, this.vault))
      await opened
      const ended = client.query('commit')
      if (begin === READ) {
        // nothing can fail in the end of a transaction that wrote nothing: nobody has to wait for it
        void ended
          .then(
            () => release(runner, false),
            () => release(runner, true),
          )
          .catch(() => undefined) // the pool replaces what it cannot take back
        return result
      }
      await ended
      await release(runner, false)
      return result
    } catch (error) {
      const isWhole = await rollback(client)
      // a plan kept from before a migration: only a new connection forgets it
      await release(runner, !isWhole || isStalePlan(error))
      return translateDatabaseError(error)
    }
  }
}

const READ = 'begin read only'

/** Statements that PostgreSQL keeps planned, at most; repositories hold fewer texts than that. */
const MOST_NAMES = 500
const names = new Map<string, string>()

/** A name for a statement: PostgreSQL parses, rewrites and plans it once for a connection and not every time. */
function nameOf(sql: string): { readonly name?: string } {
  let name = names.get(sql)
  if (name === undefined) {
    if (names.size >= MOST_NAMES) return {}
    name = `s${names.size}`
    names.set(sql, name)
  }
  return { name }
}

const transaction = (client: PoolClient, vault: SubjectVault | null): TenantTx =>
  ({
    vault,
    query: async (sql: string, parameters?: readonly SqlValue[]) =>
      (await client.query({ text: sql, values: (parameters ?? []) as unknown[], ...nameOf(sql) }))
        .rows as object[],
  }) as TenantTx

/** @returns false when even ROLLBACK failed: the connection must then be destroyed, never reused. */
const rollback = (client: PoolClient): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  )

async function release(runner: QueryRunner, isBroken: boolean): Promise<void> {
  const postgres = runner as QueryRunner & { releasePostgresConnection?: (error?: Error) => Promise<void> }
  if (isBroken && postgres.releasePostgresConnection)
    await postgres.releasePostgresConnection(new Error('broken'))
  else await runner.release()
}
