import { decodeHash, TlogError } from '../tlog/bytes.js'

/** First line of a bundle: whose trail it is. */
export interface BundleStart {
  readonly kind: 'bundle'
  readonly version: 1
  readonly tenant: string
  readonly slot: number
}

/** One event, in the order of the tenant's tree from 0 on. */
export interface BundleEvent {
  readonly kind: 'event'
  /** Envelope line, newline, body: exactly the bytes that were hashed. */
  readonly leaf: string
}

/** That the tenant's tree had this size under a witnessed checkpoint; ascending. */
export interface BundleHead {
  readonly kind: 'head'
  readonly size: number
  readonly nonce: Buffer
  /** The leaf of the global log. */
  readonly batch: string
  /** The head's place under the forest root. */
  readonly forestProof: readonly Buffer[]
  readonly logIndex: number
  readonly logProof: readonly Buffer[]
  /** Signed and cosigned, as a note. */
  readonly checkpoint: string
  /** That this checkpoint's log begins with that of the head before; empty for the first. */
  readonly consistency: readonly Buffer[]
  /** Batches since the head before in which the log says something about itself. */
  readonly declaring?: readonly DeclaringBatch[]
}

/** A batch that declares something, and its place in the log of its head's checkpoint. */
export interface DeclaringBatch {
  readonly batch: string
  readonly logIndex: number
  readonly logProof: readonly Buffer[]
}

/** What a commitment in the event before it commits to: the bundle's maker chose to show it. */
export interface BundleDisclosure {
  readonly kind: 'disclosure'
  /** Of the event in the tenant's tree: the one in the line before, or before its other disclosures. */
  readonly index: number
  readonly field: string
  readonly value: string
  readonly salt: Buffer
}

/** A line of a bundle. Events come before the head that covers them, disclosures right behind their event. */
export type BundleLine = BundleStart | BundleEvent | BundleDisclosure | BundleHead

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new TlogError('a line of the bundle is malformed')
  return value
}
const number = (value: unknown): number => {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new TlogError('a line of the bundle is malformed')
  return value as number
}
const hashes = (value: unknown): Buffer[] => {
  if (!Array.isArray(value) || value.length > 63) throw new TlogError('a line of the bundle is malformed')
  return value.map((one) => decodeHash(text(one)))
}

const declaringBatches = (value: unknown): DeclaringBatch[] => {
  if (!Array.isArray(value)) throw new TlogError('a line of the bundle is malformed')
  return value.map((one: Readonly<Record<string, unknown>> | null) => ({
    batch: text(one?.batch),
    logIndex: number(one?.logIndex),
    logProof: hashes(one?.logProof),
  }))
}

/** Reads a line. @throws {TlogError} when it is none: nothing that is not understood is passed over. */
export function parseBundleLine(line: string): BundleLine {
  let value: Readonly<Record<string, unknown>> | null
  try {
    value = JSON.parse(line) as Readonly<Record<string, unknown>> | null
  } catch {
    throw new TlogError('a line of the bundle is no JSON')
  }
  if (value?.kind === 'event') return { kind: 'event', leaf: text(value.leaf) }
  if (value?.kind === 'disclosure') {
    const shown = { field: text(value.field), value: text(value.value), salt: decodeHash(text(value.salt)) }
    return { kind: 'disclosure', index: number(value.index), ...shown }
  }
  if (value?.kind === 'bundle') {
    if (value.version !== 1) throw new TlogError('a bundle of another version')
    return { kind: 'bundle', version: 1, tenant: text(value.tenant), slot: number(value.slot) }
  }
  if (value?.kind !== 'head') throw new TlogError('a line of the bundle is of no known kind')
  return {
    kind: 'head',
    ...{ size: number(value.size), nonce: decodeHash(text(value.nonce)), batch: text(value.batch) },
    ...{ forestProof: hashes(value.forestProof), logIndex: number(value.logIndex) },
    logProof: hashes(value.logProof),
    checkpoint: text(value.checkpoint),
    consistency: hashes(value.consistency),
    declaring: declaringBatches(value.declaring ?? []),
  }
}
