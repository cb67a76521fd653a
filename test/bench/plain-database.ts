import type { SqlValue, TenantTx } from '@autora/shared/database'
import type { TenantAccess } from '@autora/shared/request'
import { Pool, type PoolClient } from 'pg'

/** As many as a subgraph of ours opens. */
const CONNECTIONS = 10

/** A database without walls: plain transactions of a superuser, on a plain pool. */
export interface PlainDatabase {
  readonly access: TenantAccess
  close(): Promise<void>
}

const transaction = (client: PoolClient): TenantTx =>
  ({
    query: async (sql: string, values?: readonly SqlValue[]) =>
      (await client.query(sql, values as unknown[] | undefined)).rows as object[],
  }) as TenantTx

/** Opens it. BEGIN travels with the first statement, as it does on our side: a stock service could do that too. */
export function openPlainDatabase(superuserUrl: string): PlainDatabase {
  const pool = new Pool({ connectionString: superuserUrl, max: CONNECTIONS, pipeline: true })
  async function run<T>(begin: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let failed = true
    try {
      const opened = client.query(begin)
      const [result] = await Promise.all([work(transaction(client)), opened])
      await client.query('commit')
      failed = false
      return result
    } finally {
      client.release(failed)
    }
  }
  return {
    access: { read: (work) => run('begin read only', work), write: (work) => run('begin', work) },
    close: () => pool.end(),
  }
}
