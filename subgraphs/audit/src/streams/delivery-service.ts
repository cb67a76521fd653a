import { type ExportedLeaf, exportText, leavesOf, newestCut, recordOf } from '../exports/index.js'
import type { Reader } from '../log-nodes/index.js'
import { dueStreams, keepDelivered, keepFailed } from './delivery-repository.js'
import type { DueStream } from './entity.js'
import type { Post } from './post.js'
import { openSecret, signedHeaders } from './secret.js'

/** Times of sending, in milliseconds. */
export interface DeliveryPace {
  /** Before the second attempt; doubled each time. */
  readonly firstRetryMs: number
  readonly longestRetryMs: number
  /** A receiver that took nothing for so long is given up. */
  readonly deadAfterMs: number
}

/** The usual times. */
export const deliveryPace: DeliveryPace = {
  firstRetryMs: 1_000,
  longestRetryMs: 3_600_000,
  deadAfterMs: 5 * 24 * 3_600_000,
}

/** Events of one delivery, and leaves that one look passes over, at most. */
const MOST = { events: 100, leaves: 500 } as const

/** Streams that are sent at the same time. */
const AT_ONCE = 16

/** What deliveries are made with. */
export interface DeliveryParts {
  readonly db: Reader
  readonly post: Post
  readonly key: Buffer
  readonly pace: DeliveryPace
}

/** The time until the next attempt: exponential, and by chance up to half of it sooner or later. */
export const retryAfter = (attempts: number, { firstRetryMs, longestRetryMs }: DeliveryPace): number =>
  Math.min(firstRetryMs * 2 ** Math.min(attempts, 30), longestRetryMs) * (0.5 + Math.random())

/** What of a stretch belongs into the next delivery, and where the one after it begins. */
function batchOf(leaves: readonly ExportedLeaf[], categories: readonly string[], end: number) {
  const wanted = leaves.filter(
    (leaf) => categories.length === 0 || categories.includes(recordOf(leaf).body.action.split('.')[0] ?? ''),
  )
  const batch = wanted.slice(0, MOST.events)
  const last = batch.at(-1)
  return { batch, next: wanted.length > batch.length && last ? last.index + 1 : end }
}

/**
 * Sends the next delivery of one stream. The place is moved only after the receiver took it: when anything breaks in
 * between, its events come again.
 *
 * @returns whether there is more to send at once.
 */
async function deliver({ db, post, key, pace }: DeliveryParts, stream: DueStream): Promise<boolean> {
  const { tenantId, id, nextIndex, categories, format, url, generation } = stream
  const cut = await newestCut(db, tenantId)
  if (!cut || nextIndex >= cut.size) return false
  const end = Math.min(nextIndex + MOST.leaves, cut.size)
  const leaves = await leavesOf(db, tenantId, { begin: nextIndex, end })
  const { batch, next } = batchOf(leaves, categories, end)
  if (batch.length === 0) {
    await keepDelivered(db, stream, next, null)
    return next < cut.size
  }
  const body = exportText(format === 'OCSF' ? 'ocsf' : 'ndjson', batch, cut)
  const message = {
    // with its end: what a receiver knows by its id has never other events in it
    id: `${id}.${generation}.${nextIndex}-${next}`,
    seconds: Math.floor(Date.now() / 1000),
    body,
  }
  const status = await post.send(
    url,
    signedHeaders(openSecret(key, tenantId, id, stream.secret), message),
    body,
  )
  if (/^HTTP_2\d\d$/.test(status)) {
    await keepDelivered(db, stream, next, status)
    return next < cut.size
  }
  const wait = { retryMs: Math.round(retryAfter(stream.attempts, pace)), deadAfterMs: pace.deadAfterMs }
  await keepFailed(db, stream, status, wait)
  return false
}

/**
 * One round over the streams that are due. One stream cannot hold up another for longer than a receiver may take.
 *
 * @param onFailure - told when a stream could not be worked on at all.
 * @returns whether some stream has more to send.
 */
export async function deliverRound(
  parts: DeliveryParts,
  onFailure: (error: unknown, streamId: string) => void,
): Promise<boolean> {
  const due = (await dueStreams(parts.db)).slice(0, AT_ONCE)
  const more = await Promise.all(
    due.map((stream) =>
      deliver(parts, stream).catch(async (error: unknown) => {
        onFailure(error, stream.id)
        const wait = {
          retryMs: Math.round(retryAfter(stream.attempts, parts.pace)),
          deadAfterMs: parts.pace.deadAfterMs,
        }
        await keepFailed(parts.db, stream, 'FAULT', wait)
        return false
      }),
    ),
  )
  return more.includes(true)
}
