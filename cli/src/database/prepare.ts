import { auditMigrations } from '@autora/audit/migrations'
import { dealerOpsMigrations } from '@autora/dealer-ops/migrations'
import { identityMigrations } from '@autora/identity/migrations'
import type { SealKey } from '@autora/shared/actor'
import { publishActions } from '@autora/shared/audit'
import {
  bootstrapRoles,
  installSealKey,
  migrate,
  OWNER_ROLE,
  type RolePasswords,
} from '@autora/shared/database'
import { Complaint } from '../terminal/complaint.js'
import { type AdminTarget, withDatabase } from './admin.js'

/** What a database is prepared with. */
export interface Preparation {
  readonly rolePasswords: RolePasswords
  readonly sealKey: SealKey
  readonly issuerSealKey: SealKey
}

/**
 * Brings a database to where every service can start: roles, schema, seal key. Doing it again changes nothing.
 *
 * @returns names of the migrations that ran now, oldest first.
 * @throws {Complaint} when the administrator lacks a right, the database is newer than this build, or
 *   an action was changed without a new version.
 */
export async function prepareDatabase(
  target: AdminTarget,
  { rolePasswords, sealKey, issuerSealKey }: Preparation,
): Promise<readonly string[]> {
  try {
    await bootstrapRoles(target.url, rolePasswords)
    const applied = await migrate(target.url, [
      ...auditMigrations,
      ...identityMigrations,
      ...dealerOpsMigrations,
    ])
    await publishActions(target.url)
    await installSealKey(target.url, sealKey)
    await installSealKey(target.url, issuerSealKey, 'issuer')
    await refuseOtherKey(target, sealKey, 'AUTORA_SEAL_KEY')
    await refuseOtherKey(target, issuerSealKey, 'AUTORA_ISSUER_SEAL_KEY')
    return applied
  } catch (error) {
    throw preparationFault(error, target)
  }
}

/** A key is never replaced under its name, so one that differs would seal contexts that the database refuses. */
async function refuseOtherKey(target: AdminTarget, { id, secret }: SealKey, setting: string): Promise<void> {
  const innerPad = Buffer.alloc(64, 0x36).map((byte, index) => byte ^ (secret[index] ?? 0))
  const isOther = await withDatabase(target, async (db) => {
    await db.query(`set role ${OWNER_ROLE}`)
    const { rowCount } = await db.query('select from sec.seal_key where id = $1 and inner_pad <> $2', [
      id,
      innerPad,
    ])
    return rowCount !== 0
  })
  if (isOther)
    throw new Complaint(
      `${setting}: the database holds another key named ${id}. Use that one, or give the new one another name.`,
    )
}

function preparationFault(error: unknown, target: AdminTarget): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === '42501')
    return new Complaint(
      `${target.source} cannot be used: its role lacks a right (${String(message)}). It needs CREATEROLE and the ownership of the database.`,
      { cause: error },
    )
  if (typeof message === 'string' && /^The (database is newer|action .* was published)/.test(message))
    return new Complaint(message, { cause: error })
  return error
}

/** `0001-people…` is told shorter: `People1764000000021` → `People`. */
export const migrationTitle = (name: string): string => name.replace(/\d{13}$/, '')
