import { randomBytes } from 'node:crypto'
import type { TenantTx } from '../database/index.js'
import { commitmentOf, commitmentText, SALT_BYTES } from '../evidence/index.js'
import type { Subject, SubjectKey } from '../vault/index.js'

/** Personal values of an event: what is written into the event is a commitment to each, never the value. */
export interface PersonalFields {
  /** Whose data it is: his key keeps the values, and erasing him takes them away. */
  readonly subject: Subject
  /** By name, such as `displayName.before`; null, empty and absent values are left out. */
  readonly fields: Readonly<Record<string, string | null | undefined>>
}

/** A personal value as it is kept beside the event. */
export interface SideValue {
  readonly commitment: Buffer
  readonly field: string
  readonly ciphertext: Buffer
}

/** Personal fields of an event, committed to. */
export interface Committed {
  /** For the body of the event. */
  readonly commitments: Readonly<Record<string, string>>
  /** Whose values they are; undefined when there are none. */
  readonly tenantId: string | undefined
  /** For `audit.side_value`; none when the subject was erased before. */
  readonly values: readonly SideValue[]
}

const MOST_CHARACTERS = 4_000
const fieldForm = /^[a-zA-Z]{1,40}(\.[a-zA-Z]{1,40})?$/

/** What a ciphertext is bound to beside its tenant and subject: to be given again when it is opened. */
export const sideValuePurpose = (field: string, commitment: Buffer): readonly string[] => [
  'audit-side-value/1',
  field,
  commitmentText(commitment),
]

/** Commits to one value; without a key nothing of it is kept. */
function commit(field: string, text: string, key: SubjectKey | null) {
  if (!fieldForm.test(field)) throw new TypeError('not the name of a personal field')
  const value = text.slice(0, MOST_CHARACTERS)
  const salt = randomBytes(SALT_BYTES)
  const commitment = commitmentOf(salt, field, value)
  if (!key) return { field, commitment, kept: [] }
  const plain = Buffer.concat([salt, Buffer.from(value)])
  const ciphertext = key.seal(sideValuePurpose(field, commitment), plain)
  return { field, commitment, kept: [{ commitment, field, ciphertext }] }
}

/**
 * Commits to personal fields and encrypts them under the key of their subject: one statement where he has a key already,
 * none when no field has a value.
 *
 * @param tenantId - undefined for that of the context.
 * @throws {Error} in a process without a key of the vault: a value is never silently dropped.
 */
export async function commitPersonal(
  tx: TenantTx,
  tenantId: string | undefined,
  { subject, fields }: PersonalFields,
): Promise<Committed> {
  const given = Object.entries(fields).flatMap(([field, text]) => (text ? [[field, text] as const] : []))
  if (given.length === 0) return { commitments: {}, tenantId, values: [] }
  if (!tx.vault) throw new Error('this process has no key of the vault')
  const key = await tx.vault.keyFor(tx, tenantId, subject)
  const made = given.map(([field, text]) => commit(field, text, key))
  return {
    commitments: Object.fromEntries(made.map((one) => [one.field, commitmentText(one.commitment)])),
    tenantId: key?.tenantId,
    values: made.flatMap(({ kept }) => kept),
  }
}

/**
 * Opens a kept value.
 * @returns value and salt, or null when they are not what the event committed to.
 */
export function openSideValue(
  key: SubjectKey,
  { commitment, field, ciphertext }: SideValue,
): { readonly value: string; readonly salt: Buffer } | null {
  try {
    const plain = key.open(sideValuePurpose(field, commitment), ciphertext)
    const salt = plain.subarray(0, SALT_BYTES)
    const value = plain.toString('utf8', SALT_BYTES)
    return commitmentOf(salt, field, value).equals(commitment) ? { value, salt } : null
  } catch {
    return null // altered or moved: the cipher says no more than that
  }
}
