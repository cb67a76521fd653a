import { BATCH, type Batch, EVENT, type EventEnvelope } from './leaves.js'

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

/** Leaf of the global log. */
export const batchLeaf = ({ number, slots, forestRoot, time }: Batch): Buffer =>
  Buffer.from(`${BATCH} ${number} ${slots} ${forestRoot.toString('base64')} ${time}`)
