import type { SqlValue } from '@autora/shared/database'

/** Anything that runs statements: a tenant's transaction, or one of the platform. */
export interface Reader {
  query<Row extends object>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>
}
