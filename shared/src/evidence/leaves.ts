import { decodeHash, decodeNumber, TlogError } from '../tlog/bytes.js'

/** What the database says about an event, beside its body: nothing of it is the application's word. */
export interface EventEnvelope {
  readonly tenantId: string
  /** Place in the tenant's tree, without gaps from 0 on. */
  readonly index: number
  /** Counts the lives of the database: a restore begins a new one. */
  readonly epoch: number
  readonly xid: string
  readonly id: string
  /** ISO 8601 in UTC with microseconds, by the database's clock. */
  readonly recordedAt: string
  readonly dbUser: string
  readonly actorId: string
  readonly principal: string
  /** `-` without a support grant. */
  readonly grantId: string
  readonly requestId: string
}

/** First word of the leaf of an event. */
export const EVENT = 'autora-event/1'
const HEAD = 'autora-head/1'
/** First word of the leaf of a batch. */
export const BATCH = 'autora-batch/1'

const words = (line: string, kind: string, least: number, most = least): string[] => {
  const [first, ...rest] = line.split(' ')
  if (first !== kind || rest.length < least || rest.length > most || rest.includes(''))
    throw new TlogError(`not an ${kind} line`)
  return rest
}

/** Reads a leaf of a tenant's tree. @throws {TlogError} when it is none. */
export function parseEventLeaf(leaf: string): { readonly envelope: EventEnvelope; readonly body: string } {
  const end = leaf.indexOf('\n')
  if (end < 0) throw new TlogError('an event has no body')
  const [tenantId = '', index = '', epoch = '', xid = '', id = '', recordedAt = '', ...rest] = words(
    leaf.slice(0, end),
    EVENT,
    11,
  )
  const [dbUser = '', actorId = '', principal = '', grantId = '', requestId = ''] = rest
  const envelope = {
    ...{ tenantId, index: decodeNumber(index), epoch: decodeNumber(epoch), xid, id, recordedAt },
    ...{ dbUser, actorId, principal, grantId, requestId },
  }
  return { envelope, body: leaf.slice(end + 1) }
}

/** The tree of one tenant, as it stood. */
export interface TenantHead {
  readonly tenantId: string
  readonly size: number
  readonly root: Buffer
  /** 32 random bytes: without them nobody can try sizes and roots of another tenant against the forest. */
  readonly nonce: Buffer
}

/** Leaf of the forest, in the tenant's slot. */
export const headLeaf = ({ tenantId, size, root, nonce }: TenantHead): Buffer =>
  Buffer.from(`${HEAD} ${tenantId} ${size} ${root.toString('base64')} ${nonce.toString('base64')}`)

/** One batch of the sequencer: the forest of all tenants, as it stood, and when. */
export interface Batch {
  readonly number: number
  /** Slots of the forest. */
  readonly slots: number
  readonly forestRoot: Buffer
  /** ISO 8601 in UTC with microseconds, by the database's clock. */
  readonly time: string
  /** What the log says about itself in this batch. */
  readonly declares?: readonly Declaration[]
}

/** What a log says about itself: believed as far as it is cosigned, and passed on to whoever verifies. */
export type Declaration =
  /** The database was restored. From this batch on the log has the name of this key; of the one before `size` batches had been signed. */
  | {
      readonly kind: 'epoch'
      readonly epoch: number
      readonly key: string
      readonly origin: string
      readonly size: number
      readonly root: Buffer
    }
  /** This key signs from the next checkpoint but one: the one of this batch still has the signature of the key before. */
  | { readonly kind: 'key'; readonly key: string }
  /** Nobody wrote a batch since then: the platform was switched off. */
  | { readonly kind: 'pause'; readonly since: string }

/** Reads declarations, one after the other. @throws {TlogError} for one of no known kind. */
export function parseDeclarations(all: readonly string[]): Declaration[] {
  const found: Declaration[] = []
  for (let at = 0; at < all.length; at += 1) {
    const next = () => all[++at] ?? ''
    const kind = all[at]
    if (kind === 'pause') found.push({ kind, since: next() })
    else if (kind === 'key') found.push({ kind, key: next() })
    else if (kind === 'epoch') {
      const [epoch, key, origin] = [decodeNumber(next()), next(), next()]
      found.push({ kind, epoch, key, origin, size: decodeNumber(next()), root: decodeHash(next()) })
    } else throw new TlogError('a batch declares what is not known')
  }
  return found
}

/** Reads a leaf of the global log. @throws {TlogError} when it is none. */
export function parseBatchLeaf(leaf: string): Batch {
  const [number = '', slots = '', root = '', time = '', ...declared] = words(leaf, BATCH, 4, 30)
  const numbers = { number: decodeNumber(number), slots: decodeNumber(slots) }
  return { ...numbers, forestRoot: decodeHash(root), time, declares: parseDeclarations(declared) }
}
