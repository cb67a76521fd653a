import { decodeHash, TlogError } from '../tlog/bytes.js'

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

const words = (line: string, kind: string, count: number): string[] => {
  const [first, ...rest] = line.split(' ')
  if (first !== kind || rest.length !== count || rest.includes('')) throw new TlogError(`not an ${kind} line`)
  return rest
}

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!/^(0|[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(value)) throw new TlogError('not a number')
  return value
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
    ...{ tenantId, index: wholeNumber(index), epoch: wholeNumber(epoch), xid, id, recordedAt },
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
}

/** Reads a leaf of the global log. @throws {TlogError} when it is none. */
export function parseBatchLeaf(leaf: string): Batch {
  const [number = '', slots = '', root = '', time = ''] = words(leaf, BATCH, 4)
  return { number: wholeNumber(number), slots: wholeNumber(slots), forestRoot: decodeHash(root), time }
}
