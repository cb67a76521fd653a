import type { Reader } from '../log-nodes/index.js'

/** Tables of the trail that the role of the connection may read, and that hold rows of tenants. */
export async function walledTables(db: Reader): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select 'audit.' || c.relname as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'audit' and c.relkind in ('r', 'p') and has_table_privilege(c.oid, 'select')
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
      order by 1`,
  )
  return rows.map(({ name }) => name)
}

/** Whether a session shows any row of a table. @param name - of the catalogue, never of a client. */
export async function showsRows(db: Reader, name: string): Promise<boolean> {
  const [row] = await db.query<{ shows: boolean }>(`select exists (select from ${name}) as shows`)
  return row?.shows === true
}

/** Sets what the transaction claims to be; anything that is not truly sealed must open nothing. */
export const claim = (db: Reader, seal: string): Promise<unknown[]> =>
  db.query(`select set_config('autora.context', $1, true)`, [seal])

/** Whether the connection is encrypted, or does not leave the machine. */
export async function connectionSafety(
  db: Reader,
): Promise<{ readonly isEncrypted: boolean; readonly isLocal: boolean }> {
  const [row] = await db.query<{ isEncrypted: boolean; isLocal: boolean }>(
    `select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "isEncrypted",
            inet_server_addr() is null or inet_server_addr() <<= '127.0.0.0/8' or inet_server_addr() = '::1' as "isLocal"`,
  )
  return row ?? { isEncrypted: false, isLocal: false }
}
