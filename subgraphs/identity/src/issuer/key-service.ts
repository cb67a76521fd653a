import { createHash, generateKeyPairSync } from 'node:crypto'
import type { TenantTx } from '@autora/shared/database'
import type { Clock } from '@autora/shared/request'
import type { IssuerDatabase } from '../issuer-database.js'
import {
  deleteRetiredKeys,
  findKeys,
  insertKey,
  type KeyRow,
  lockKeys,
  retireOthers,
} from './key-repository.js'
import type { IssuerSecrets } from './secrets.js'

/** When keys change, in seconds. */
export const keyTimes = {
  /** A new key is published so long before it signs: twice what verifiers keep a key set (gateway: 5 minutes). */
  publishAhead: 600,
  /** An old key stays published so long after its successor signs: longer than any token lives. */
  overlap: 86_400,
  /** A key signs so long before it is replaced. */
  signsFor: 30 * 86_400,
  /** Every process looks at the database so often: much less than `publishAhead`. */
  reload: 30,
} as const

/** A signing key, ready for use; all are ES256. */
export interface SigningKey {
  readonly kid: string
  /** Published. */
  readonly publicJwk: Readonly<Record<string, string>>
  readonly privateJwk: Readonly<Record<string, string>>
  readonly createdAt: Date
  readonly activatesAt: Date
  readonly retiresAt: Date | null
}

/** The keys of a moment: the first one signs, all of them verify. */
export type KeyRing = readonly SigningKey[]

const after = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000)

/** RFC 7638: the digest of the members that make the key, in this order. */
const thumbprint = ({ crv, kty, x, y }: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')

/** The keys that are published at a time, with the one that signs in front: the youngest that is active. */
export function ringAt(keys: readonly SigningKey[], now: Date): KeyRing {
  const published = keys.filter(({ retiresAt }) => retiresAt === null || now < retiresAt)
  const signing = published.filter(({ activatesAt }) => activatesAt <= now).at(-1)
  return signing ? [signing, ...published.filter((key) => key !== signing)] : []
}

/** The issuer's signing keys: the database is the truth, every process agrees with it within `keyTimes.reload`. */
export class SigningKeys {
  constructor(
    private readonly database: IssuerDatabase,
    private readonly secrets: IssuerSecrets,
    private readonly clock: Clock,
  ) {}

  /** Every key that is not retired; makes the first one, and a successor when it is time. */
  async load(): Promise<readonly SigningKey[]> {
    const now = this.clock.now()
    const rows = await this.database.read((tx) => findKeys(tx, now))
    return (this.isRotationDue(rows, now) ? await this.renewWhenDue() : rows).map((row) => this.open(row))
  }

  /**
   * Publishes a new key, which signs after `keyTimes.publishAhead`; its predecessors are retired after the overlap.
   * @returns its id and the times from which it signs and the others are gone.
   */
  rotate(): Promise<{ readonly kid: string; readonly activatesAt: Date; readonly othersRetireAt: Date }> {
    return this.database.write(async (tx) => {
      await lockKeys(tx)
      return this.add(tx, this.clock.now())
    })
  }

  /** Destroys the keys that are retired. */
  destroyRetired(): Promise<void> {
    return this.database.write((tx) => deleteRetiredKeys(tx, this.clock.now()))
  }

  /** The published keys and when they change, without anything secret, the oldest first. */
  async list(): Promise<readonly Pick<KeyRow, 'kid' | 'createdAt' | 'activatesAt' | 'retiresAt'>[]> {
    const now = this.clock.now()
    const rows = await this.database.read((tx) => findKeys(tx, now))
    return rows.map(({ kid, createdAt, activatesAt, retiresAt }) => ({
      kid,
      createdAt,
      activatesAt,
      retiresAt,
    }))
  }

  private isRotationDue(rows: readonly KeyRow[], now: Date): boolean {
    const newest = rows.at(-1)
    return newest === undefined || after(newest.activatesAt, keyTimes.signsFor) <= now
  }

  /** Another process may have been faster: who holds the lock looks again. */
  private renewWhenDue(): Promise<readonly KeyRow[]> {
    return this.database.write(async (tx) => {
      await lockKeys(tx)
      const now = this.clock.now()
      const rows = await findKeys(tx, now)
      if (this.isRotationDue(rows, now)) await this.add(tx, now)
      return findKeys(tx, now)
    })
  }

  private async add(tx: TenantTx, createdAt: Date) {
    // the first key of an installation signs at once: nobody knows another one
    const publishAhead = (await findKeys(tx, createdAt)).length === 0 ? 0 : keyTimes.publishAhead
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { d = '', ...point } = privateKey.export({ format: 'jwk' }) as Readonly<Record<string, string>>
    const kid = thumbprint(point)
    const publicKey = { ...point, kid, alg: 'ES256', use: 'sig' }
    const activatesAt = after(createdAt, publishAhead)
    const othersRetireAt = after(activatesAt, keyTimes.overlap)
    const sealed = this.secrets.seal(`signing-key|${kid}`, d)
    await insertKey(tx, { kid, publicKey, privateKey: sealed, createdAt, activatesAt })
    await retireOthers(tx, kid, othersRetireAt)
    return { kid, activatesAt, othersRetireAt }
  }

  private open({ privateKey, publicKey, ...row }: KeyRow): SigningKey {
    const d = this.secrets.open<string>(`signing-key|${row.kid}`, privateKey)
    return { ...row, publicJwk: publicKey, privateJwk: { ...publicKey, d } }
  }
}
