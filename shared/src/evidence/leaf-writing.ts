import { BATCH, type Batch, type Declaration, EVENT, type EventEnvelope } from './leaves.js'

const envelopeFields = [
  'tenantId',
  'index',
  'epoch',
  'xid',
  'id',
  'recordedAt',
  'dbUser',
  'actorId',
  'principal',
  'grantId',
  'requestId',
] as const satisfies readonly (keyof EventEnvelope)[]

/** Leaf of a tenant's tree: the envelope in one line, then the bytes of the body as they are stored. */
export const eventLeaf = (envelope: EventEnvelope, body: string): Buffer =>
  Buffer.from(`${EVENT} ${envelopeFields.map((name) => envelope[name]).join(' ')}\n${body}`)

/** A declaration as the words that stand in the leaf of a batch. */
export function formatDeclaration(one: Declaration): string {
  if (one.kind === 'pause') return `pause ${one.since}`
  if (one.kind === 'key') return `key ${one.key}`
  return `epoch ${one.epoch} ${one.key} ${one.origin} ${one.size} ${one.root.toString('base64')}`
}

/** Leaf of the global log. */
export const batchLeaf = ({ number, slots, forestRoot, time, declares = [] }: Batch): Buffer =>
  Buffer.from(
    [BATCH, number, slots, forestRoot.toString('base64'), time, ...declares.map(formatDeclaration)].join(' '),
  )
