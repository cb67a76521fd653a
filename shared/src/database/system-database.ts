import { Client } from 'pg'
import { DatabaseUnavailable, translateDatabaseError } from './database-error.js'
import type { SqlValue } from './tenant-tx.js'

/** A transaction of the platform itself, without any tenant's context: its role alone says what it may see. */
export interface SystemTx {
  query<Row extends object>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>
}

/** How a process of the platform reaches the database. */
export interface SystemDatabaseOptions {
  readonly url: string
  readonly applicationName: string
  /** Told once, when the connection is gone: open a new one. */
  readonly onLost: (error: Error) => void
}

/**
 * One connection for work that no caller asked for, such as sequencing. It is never shared, so that a lock of its
 * session says who leads; when it is lost, so is the lead.
 */
export class SystemDatabase {
  private constructor(private readonly client: Client) {}

  /** Connects. @throws {DatabaseUnavailable} when the database does not answer. */
  static async open({ url, applicationName, onLost }: SystemDatabaseOptions): Promise<SystemDatabase> {
    const client = new Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: 2000,
    })
    let isLost = false
    const lost = (error: Error) => {
      if (isLost) return
      isLost = true
      onLost(error)
    }
    client.on('error', lost)
    client.on('end', () => lost(new Error('the connection ended')))
    await client.connect().catch((error: unknown) => {
      throw new DatabaseUnavailable(error)
    })
    return new SystemDatabase(client)
  }

  /** Takes the lead under a number, for as long as this connection lives. @returns false while somebody else has it. */
  async tryLead(lock: number): Promise<boolean> {
    const { rows } = await this.client.query<{ ok: boolean }>('select pg_try_advisory_lock($1) as ok', [lock])
    return rows[0]?.ok === true
  }

  /** Runs `work` in one transaction. */
  async write<T>(work: (tx: SystemTx) => Promise<T>): Promise<T> {
    await this.client.query('begin').catch(translateDatabaseError)
    try {
      const result = await work(this.tx)
      await this.client.query('commit')
      return result
    } catch (error) {
      // a connection that cannot roll back is gone, which `onLost` has been told
      await this.client.query('rollback').catch(() => undefined)
      return translateDatabaseError(error)
    }
  }

  /** Runs one statement by itself. */
  query<Row extends object>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    return this.tx.query<Row>(sql, parameters)
  }

  /** Closes the connection, and with it gives up the lead. */
  async close(): Promise<void> {
    await this.client.end()
  }

  private readonly tx: SystemTx = {
    query: async (sql, parameters) =>
      (await this.client.query({ text: sql, values: (parameters ?? []) as unknown[] })).rows as never[],
  }
}
