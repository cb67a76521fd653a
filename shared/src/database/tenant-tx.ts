import type { SubjectVault } from '../vault/index.js'

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
  | readonly Buffer[]

/**
 * A transaction that carries a sealed context. Only `TenantDatabase` makes one, so a repository that asks for it
 * cannot run outside a tenant: "forgot the tenant" does not compile.
 */
export interface TenantTx {
  readonly [tenantScoped]: true
  /** Keeps personal values under keys of their persons; null in a process that was given no key of the vault. */
  readonly vault: SubjectVault | null
  /** Runs one statement with bound parameters (`$1`, `$2`, …). */
  query<Row extends object>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>
}
