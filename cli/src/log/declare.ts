import { KeptEpoch, keysIn, originOf } from '@autora/audit'
import { PLATFORM_TENANT } from '@autora/shared/actor'
import { type EventName, recordAudit } from '@autora/shared/audit'
import { OWNER_ROLE } from '@autora/shared/database'
import { formatDeclaration } from '@autora/shared/evidence'
import { parseVerifierKey, type SignerKey, type TreeHead } from '@autora/shared/tlog'
import type { Client } from 'pg'
import { withDatabase } from '../database/admin.js'
import { asPlatform, type PlatformSource } from '../database/as-platform.js'
import { keyInEpoch } from '../installation/log-keys.js'
import { Complaint } from '../terminal/complaint.js'

/** The log as its operator holds it. */
export interface LogOperator extends PlatformSource {
  /** Folder of what the sequencer signed last. */
  readonly state: string
  /** Keys of the log, oldest first. */
  readonly keys: readonly SignerKey[]
  /** What the witness saw last in an epoch, where its state is at hand. */
  readonly witnessed: (epoch: number) => TreeHead | null
}

/** An epoch that began. */
export interface BegunEpoch {
  readonly epoch: number
  /** Public key under the name of the new log. */
  readonly key: string
  /** Name of the log before, how much of it was signed, and how much of that the database still has. */
  readonly before: { readonly origin: string; readonly signed: number; readonly kept: number }
}

/** A key that was announced, or will be. */
export interface AnnouncedKey {
  readonly key: string
  /** The first size it signs; null until the sequencer has announced it. */
  readonly from: number | null
}

interface Standing {
  readonly epoch: number
  readonly batches: number
  readonly countsOn: boolean
}

/** What the database says about its life. The trail stands still until the transaction ends. */
async function standing(db: Client): Promise<Standing> {
  const { rows } = await db.query<Standing>(
    `select audit.epoch() as epoch, (select coalesce(max(number) + 1, 0) from audit.batch)::float8 as batches,
            low_epoch < audit.epoch() or low_water <= pg_snapshot_xmax(pg_current_snapshot()) as "countsOn"
       from audit.sequencer`,
  )
  if (!rows[0]) throw new Complaint('There is no trail in this database. Run autora migrate first.')
  return rows[0]
}

/** The last head that somebody is known to have signed, in the newest epoch in which there is one. */
function lastSigned({ state, witnessed }: LogOperator, newest: number) {
  const kept = new KeptEpoch(state)
  for (let epoch = newest; epoch >= 1; epoch -= 1) {
    const heads = [kept.headOf(epoch).read(), witnessed(epoch)].filter((head) => head !== null)
    const [last] = heads.sort((a, b) => b.size - a.size)
    if (last) return { epoch, ...last }
  }
  return null
}

async function asOwner<T>({ url }: PlatformSource, work: (db: Client) => Promise<T>): Promise<T> {
  return withDatabase({ url, source: 'The database' }, async (db) => {
    await db.query(`begin; set local role ${OWNER_ROLE}; set local lock_timeout = '30s'`)
    const result = await work(db)
    await db.query('commit')
    return result
  })
}

const tell = (operator: LogOperator, event: EventName, detail: Readonly<Record<string, string | number>>) =>
  asPlatform(operator, 'audit', (tx) =>
    recordAudit(tx, event, { tenantId: PLATFORM_TENANT, targetId: PLATFORM_TENANT, storeId: null, detail }),
  )

/**
 * Begins an epoch of a database that was restored: its transactions, its log and its signatures have a new name from here
 * on, and the log says in its first batch what of the one before is lost.
 *
 * @throws {Complaint} when there is no reason: everything that was signed is there.
 */
export async function beginEpoch(operator: LogOperator): Promise<BegunEpoch> {
  const kept = new KeptEpoch(operator.state)
  const begun = await asOwner(operator, async (db) => {
    await db.query('lock table audit.event in access exclusive mode') // what is being written ends in the old epoch
    const now = await standing(db)
    const signed = lastSigned(operator, kept.read())
    if (!signed) throw new Complaint('Nothing was ever signed: there is nothing to go on from.')
    const isWhole = now.epoch === kept.read() && now.countsOn && signed.size <= now.batches
    if (isWhole) throw new Complaint('The database holds everything that was signed. No epoch begins.')
    const epoch = Math.max(now.epoch, kept.read()) + 1
    const own = operator.keys.at(-1)
    if (!own) throw new Complaint('There is no key of the log.')
    const [key, origin] = [keyInEpoch(own, epoch), originOf(own.name, signed.epoch)]
    const root = Buffer.from(signed.root)
    const words = formatDeclaration({ kind: 'epoch', epoch, key, origin, size: signed.size, root })
    // from here on audit.epoch() says so
    await db.query(`insert into audit.declaration (kind, epoch, words) values ('epoch', $1, $2)`, [
      epoch,
      words,
    ])
    await db.query(`update audit.sequencer set low_epoch = 0, low_water = '0', generation = generation + 1`)
    kept.write(epoch) // a crash before the commit leaves a number that is passed over next time
    return { epoch, key, before: { origin, signed: signed.size, kept: now.batches } }
  })
  await tell(operator, 'log.epochBegun', { epoch: begun.epoch, ...begun.before })
  return begun
}

const declaredKeys = async (db: Client) => {
  const { rows } = await db.query<{ number: number; declares: string }>(
    'select number::float8 as number, declares from audit.batch where declares is not null order by number',
  )
  return keysIn(rows)
}

/** The keys of the log in their order, as a policy names them: the first, and what the log declared since. */
export async function logKeys(
  source: PlatformSource,
  keys: readonly SignerKey[],
): Promise<readonly AnnouncedKey[]> {
  const declared = await asOwner(source, declaredKeys)
  const isOurs = (text: string) =>
    keys.some(({ publicKey }) => parseVerifierKey(text).publicKey.equals(publicKey))
  const [first] = keys
  if (!first) throw new Complaint('There is no key of the log.')
  const foreign = declared.find(({ key }) => !isOurs(key))
  if (foreign) throw new Complaint(`The log declared a key that is none of ours: ${foreign.key}`)
  return [{ key: keyInEpoch(first, 1), from: 0 }, ...declared.map(({ key, from }) => ({ key, from }))]
}

/** Asks the log to announce the newest key, unless it was asked already. @returns that key. */
export async function announceKey(operator: LogOperator): Promise<AnnouncedKey> {
  const own = operator.keys.at(-1)
  if (!own || operator.keys.length < 2) throw new Complaint('There is no second key to announce.')
  const key = keyInEpoch(own, new KeptEpoch(operator.state).read())
  const isNew = await asOwner(operator, async (db) => {
    const words = formatDeclaration({ kind: 'key', key })
    const { rowCount } = await db.query(
      `insert into audit.declaration (kind, epoch, words)
       select 'key', audit.epoch(), $1 where not exists (select from audit.declaration where words = $1)`,
      [words],
    )
    return rowCount === 1
  })
  if (isNew) await tell(operator, 'log.keyAnnounced', { key })
  const found = (await asOwner(operator, declaredKeys)).find((one) => one.key === key)
  return { key, from: found?.from ?? null }
}
