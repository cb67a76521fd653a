import { type EventEnvelope, parseEventLeaf } from '@autora/shared/evidence'
import { maskedDetail } from '../events/index.js'
import type { ExportedLeaf } from './entity.js'

/** The body of an event, as the database wrote it. */
export interface EventBody {
  readonly action: string
  readonly actionVersion: number
  readonly detail: Readonly<Record<string, unknown>>
  readonly outcome: 'ALLOW' | 'DENY' | 'ERROR'
  readonly store: string | null
  readonly target: { readonly id: string; readonly type: string }
}

/** An event, read from the bytes of its leaf alone, so that what is exported is what was hashed. */
export interface EventRecord {
  readonly envelope: EventEnvelope
  readonly body: EventBody
  /** The bytes that hash to the leaf; null where they hold what the reader sees masked. */
  readonly leaf: string | null
  /** RFC 6962 hash, base64. */
  readonly leafHash: string
}

/** Reads a leaf. @throws {TlogError} when it is none. */
export function recordOf({ leaf, hash }: ExportedLeaf): EventRecord {
  const { envelope, body } = parseEventLeaf(leaf)
  return { envelope, body: JSON.parse(body) as EventBody, leaf, leafHash: hash.toString('base64') }
}

/** An event as the owner of the platform reads it: words of people are masked, and bytes that hold them are left out. */
export function masked(record: EventRecord): EventRecord {
  const clear = JSON.stringify(record.body.detail)
  const shown = maskedDetail(clear)
  if (shown === clear) return record
  return { ...record, body: { ...record.body, detail: JSON.parse(shown) }, leaf: null }
}
