import type { RequestContext } from '@autora/shared/request'
import { decodeId } from '@autora/shared/request'
import { parseNote } from '@autora/shared/tlog'
import type { ChainRow } from './entity.js'
import { chainState } from './repository.js'

/** How the log stands for one dealer group. What only its administrators and the platform's owner read is null else. */
export interface Chain {
  readonly status: 'CURRENT' | 'BEHIND' | 'NOT_STARTED'
  readonly lagSeconds: number
  readonly checkpointAt: Date | null
  readonly cosignedAt: Date | null
  readonly witnesses: number
  readonly treeSize: number | null
  readonly logSize: number | null
  readonly checkpoint: string | null
}

/** An event is without a place for a moment; one that waits longer, or a silent log, is not as it should be (seconds). */
const BEHIND_SECONDS = 60

/** A cosignature is a time of 8 bytes before the 64 of the signature; the log's own line has no time. */
const COSIGNATURE_BYTES = 72

/** Times that witnesses say they saw the checkpoint at, in milliseconds. Nothing of it is proven here. */
const cosignedTimes = (note: string): number[] =>
  parseNote(note)
    .signatures.filter(({ signature }) => signature.length === COSIGNATURE_BYTES)
    .map(({ signature }) => Number(signature.readBigUInt64BE()) * 1000)

function chainOf(row: ChainRow, isWhole: boolean, now: Date): Chain {
  const times = row.note ? cosignedTimes(row.note) : []
  const silence = row.batchedAt ? (now.getTime() - row.batchedAt.getTime()) / 1000 : 0
  const isBehind = (row.waiting ?? 0) > BEHIND_SECONDS || silence > BEHIND_SECONDS
  return {
    status: row.note ? (isBehind ? 'BEHIND' : 'CURRENT') : 'NOT_STARTED',
    lagSeconds: Math.max(0, Math.ceil(row.waiting ?? 0)),
    checkpointAt: row.checkpointAt,
    cosignedAt: times.length > 0 ? new Date(Math.max(...times)) : null,
    witnesses: times.length,
    treeSize: isWhole ? row.treeSize : null,
    logSize: isWhole ? row.size : null,
    checkpoint: isWhole ? row.note : null,
  }
}

/**
 * How the log stands for the caller's dealer group.
 *
 * @param groupId - another group; only the platform's owner may name one.
 * @returns null for a group that is not the caller's to ask about.
 */
export async function auditChain(ctx: RequestContext, groupId: string | null): Promise<Chain | null> {
  const { actor, clock } = ctx
  const isOwner = actor.principal === 'PLATFORM_OWNER'
  const tenantId = groupId ? decodeId('DealerGroup', groupId) : actor.tenantId
  if (!tenantId || (tenantId !== actor.tenantId && !isOwner)) return null
  const row = await ctx.tenant.read((tx) => chainState(tx, tenantId))
  return chainOf(row, isOwner || actor.principal === 'DEALER_ADMIN', clock.now())
}
