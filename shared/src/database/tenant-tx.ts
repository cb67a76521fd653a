declare const tenantScoped: unique symbol

/** A value that PostgreSQL takes as a bound parameter. */
export type SqlValue =
  | string
  | number
  | boolean
  | Date
  | Buffer
  | null
  | readonly string[]
  | readonly number[]

/**
 * A transaction that carries a sealed context. Only `TenantDatabase` makes one, so a repository that asks for it
 * cannot run outside a tenant: "forgot the tenant" does not compile.
 */
export interface TenantTx {
  readonly [tenantScoped]: true
  /** Runs one statement with bound parameters (`$1`, `$2`, …). */
  query<Row extends object>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>
}
