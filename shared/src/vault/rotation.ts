import { placeOf } from './cipher.js'
import type { KeyWrapping } from './key-wrapping.js'
import type { KeyStatements } from './subject-vault.js'

/** What a rotation did. */
export interface Rotation {
  /** Keys of tenants that were wrapped anew. */
  readonly rewrapped: number
  /** Keys of tenants that open under the new key: all there are. */
  readonly verified: number
}

interface TenantKeyRow {
  readonly tenant_id: string
  readonly wrapped_by: string
  readonly wrapped: Buffer
}

const AT_ONCE = 200
const place = (tenantId: string) => placeOf('autora-tenant-key/1', tenantId)
const keyOf = ({ wrapped_by: wrappedBy, wrapped }: TenantKeyRow) => ({ wrappedBy, wrapped })

/**
 * Wraps every tenant's key under the present key of the platform, and then opens each one of them under it. Nothing
 * stands still meanwhile, provided that every process has both keys. Run again, it does what is left.
 *
 * @param db - as the owner of the tables, outside a transaction: each key is a step of its own.
 * @throws {Error} when a key cannot be opened: that one and those behind it are as they were.
 */
export async function rewrapTenantKeys(db: KeyStatements, wrapping: KeyWrapping): Promise<Rotation> {
  let rewrapped = 0
  for (;;) {
    const rows = await db.query<TenantKeyRow>(
      'select tenant_id, wrapped_by, wrapped from sec.tenant_key where wrapped_by <> $1 order by tenant_id limit $2',
      [wrapping.id, AT_ONCE],
    )
    if (rows.length === 0) break
    for (const row of rows) {
      const key = await wrapping.unwrap(keyOf(row), place(row.tenant_id))
      const next = await wrapping.wrap(key, place(row.tenant_id))
      await db.query(
        `update sec.tenant_key set wrapped_by = $3, wrapped = $4, rewrapped_at = clock_timestamp()
          where tenant_id = $1 and wrapped = $2`,
        [row.tenant_id, row.wrapped, next.wrappedBy, next.wrapped],
      )
      rewrapped += 1
    }
  }
  return { rewrapped, verified: await verified(db, wrapping) }
}

async function verified(db: KeyStatements, wrapping: KeyWrapping): Promise<number> {
  let count = 0
  for (let after = '00000000-0000-0000-0000-000000000000', isMore = true; isMore; ) {
    const rows = await db.query<TenantKeyRow>(
      'select tenant_id, wrapped_by, wrapped from sec.tenant_key where tenant_id >= $1 order by tenant_id limit $2',
      [after, AT_ONCE + 1],
    )
    for (const row of rows.slice(0, AT_ONCE)) {
      if (row.wrapped_by !== wrapping.id) throw new Error('a key was wrapped under the old key meanwhile')
      await wrapping.unwrap(keyOf(row), place(row.tenant_id))
      count += 1
    }
    isMore = rows.length > AT_ONCE
    after = rows[AT_ONCE]?.tenant_id ?? after
  }
  return count
}
