import { randomBytes, randomUUID } from 'node:crypto'
import { openBytes, placeOf, sealBytes } from './cipher.js'
import type { KeyWrapping } from './key-wrapping.js'

/** Whom a key can belong to: a user, or a customer. */
export const subjectTypes = ['User', 'Customer'] as const

/** One of them. */
export type SubjectType = (typeof subjectTypes)[number]

/** A person (or a company) whose data is kept under a key of its own. */
export interface Subject {
  readonly type: SubjectType
  readonly id: string
}

/** What runs the vault's statements: a transaction with a sealed context, which alone says what it may reach. */
export interface KeyStatements {
  query<Row extends object>(
    sql: string,
    parameters?: readonly (string | number | boolean | Date | Buffer | null)[],
  ): Promise<Row[]>
}

/** The columns that `sec.subject_key` answers with. */
export interface SealedSubjectKey {
  readonly tenant_id: string
  readonly wrapped_by: string | null
  readonly tenant_wrapped: Buffer | null
  readonly key_id: string | null
  readonly wrapped: Buffer | null
  readonly destroyed_at: Date | null
}

const KEY_BYTES = 32
/** Unwrapped keys of tenants in memory, at most. */
const MOST_TENANT_KEYS = 1_000

const tenantPlace = (tenantId: string) => placeOf('autora-tenant-key/1', tenantId)
const subjectPlace = (tenantId: string, { type, id }: Subject, keyId: string) =>
  placeOf('autora-subject-key/1', tenantId, type, id, keyId)

/** The opened key of one subject: it lives as long as the transaction that asked for it, and no longer. */
export class SubjectKey {
  constructor(
    private readonly key: Buffer,
    readonly tenantId: string,
    private readonly subject: Subject,
  ) {}

  /** @param purpose - what the value is and where it lies; to be given again when it is opened. */
  seal(purpose: readonly string[], plain: Buffer): Buffer {
    return sealBytes(this.key, this.place(purpose), plain)
  }

  /** @throws {Error} when the ciphertext was altered, moved, or sealed for another subject or purpose. */
  open(purpose: readonly string[], sealed: Buffer): Buffer {
    return openBytes(this.key, this.place(purpose), sealed)
  }

  private place(purpose: readonly string[]): Buffer {
    return placeOf(this.tenantId, this.subject.type, this.subject.id, ...purpose)
  }
}

/**
 * Keys of subjects under keys of tenants under the key of the platform. What is sealed for a subject is gone when the
 * subject's key is destroyed: no other key opens it (docs/decisions/0021-personal-fields-and-erasure.md).
 */
export class SubjectVault {
  /** By the wrapped bytes: a key that was wrapped anew, or of another database, is another entry. */
  private readonly tenantKeys = new Map<string, Promise<Buffer>>()

  constructor(private readonly wrapping: KeyWrapping) {}

  /**
   * The key to seal under, made when there is none: one statement where it exists already.
   *
   * @param tenantId - undefined for that of the context.
   * @returns null when the subject was erased: nothing of it is ever kept again.
   */
  async keyFor(
    db: KeyStatements,
    tenantId: string | undefined,
    subject: Subject,
  ): Promise<SubjectKey | null> {
    const found = await this.read(db, tenantId, subject)
    if (found.destroyed_at) return null
    if (found.wrapped && found.tenant_wrapped) return this.opened(found, subject)
    return this.made(db, found.tenant_id, subject)
  }

  /** Opens what `sec.subject_key` answered; null for a subject without a key, or with one that was destroyed. */
  async opened(row: SealedSubjectKey, subject: Subject): Promise<SubjectKey | null> {
    const { tenant_id: tenantId, key_id: keyId, wrapped } = row
    if (!wrapped || !keyId) return null
    const tenantKey = await this.tenantKey(row)
    const key = openBytes(tenantKey, subjectPlace(tenantId, subject, keyId), wrapped)
    return new SubjectKey(key, tenantId, subject)
  }

  /** Makes what is missing. Of two that do so at once the first one's keys are kept. */
  private async made(db: KeyStatements, tenantId: string, subject: Subject): Promise<SubjectKey | null> {
    const fresh = await this.wrapping.wrap(randomBytes(KEY_BYTES), tenantPlace(tenantId))
    const [tenant] = await db.query<SealedSubjectKey>('select * from sec.keep_tenant_key($1, $2, $3)', [
      tenantId,
      fresh.wrappedBy,
      fresh.wrapped,
    ])
    if (!tenant) throw new Error('the key of the tenant was not kept')
    const keyId = randomUUID()
    const place = subjectPlace(tenantId, subject, keyId)
    const wrapped = sealBytes(await this.tenantKey(tenant), place, randomBytes(KEY_BYTES))
    await db.query('select sec.keep_subject_key($1, $2, $3, $4, $5)', [
      ...[tenantId, subject.type, subject.id, keyId],
      wrapped,
    ])
    return this.opened(await this.read(db, tenantId, subject), subject)
  }

  private async read(
    db: KeyStatements,
    tenantId: string | undefined,
    { type, id }: Subject,
  ): Promise<SealedSubjectKey> {
    const [row] = await db.query<SealedSubjectKey>('select * from sec.subject_key($1, $2, $3)', [
      ...[tenantId ?? null, type],
      id,
    ])
    if (!row) throw new Error('the keys of this tenant are out of reach')
    return row
  }

  private tenantKey(row: SealedSubjectKey): Promise<Buffer> {
    const { tenant_id: tenantId, wrapped_by: wrappedBy, tenant_wrapped: wrapped } = row
    if (!wrapped || !wrappedBy) throw new Error('a subject has a key and its tenant none')
    const name = `${tenantId}|${wrapped.toString('base64')}`
    const known = this.tenantKeys.get(name)
    if (known !== undefined) return known
    const opening = this.wrapping.unwrap({ wrappedBy, wrapped }, tenantPlace(tenantId))
    const [oldest] = this.tenantKeys.keys()
    if (oldest !== undefined && this.tenantKeys.size >= MOST_TENANT_KEYS) this.tenantKeys.delete(oldest)
    this.tenantKeys.set(name, opening)
    opening.catch(() => this.tenantKeys.delete(name)) // asked again next time; the caller sees the refusal
    return opening
  }
}
