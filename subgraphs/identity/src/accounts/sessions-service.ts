import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { renewStamp } from './accounts-repository.js'
import type { AccountContext } from './context.js'
import type { Account, OwnSession } from './entity.js'
import { endSessions, listOpenSessions } from './sessions-repository.js'
import { subjectOf } from './trail.js'

/** Ends sessions and tells the trail of each group. @returns how many were open. */
async function endAndTell(
  tx: TenantTx,
  account: Account,
  reason: 'PASSWORD_CHANGED' | 'SIGNED_OUT',
  sessionId: string | null,
): Promise<number> {
  const ended = await endSessions(tx, account.id, reason, sessionId)
  for (const { id, tenantId } of ended)
    await recordAudit(tx, 'session.ended', { tenantId, storeId: null, targetId: id, detail: { reason } })
  return ended.length
}

/**
 * What every change of credentials brings with it: all sessions end, and whatever was proven or signed before counts
 * no more. @returns the new stamp of the account.
 */
export async function afterCredentialChange(tx: TenantTx, account: Account): Promise<string> {
  await endAndTell(tx, account, 'PASSWORD_CHANGED', null)
  return renewStamp(tx, account.id)
}

/** The open sessions of a person, for himself. */
export const ownSessions = (ctx: AccountContext, account: Account): Promise<OwnSession[]> =>
  ctx.database.read((tx) => listOpenSessions(tx, account.id))

/** Ends one of his own sessions. @returns false when it was not open, or not his: one answer for both. */
export const endOwnSession = (ctx: AccountContext, account: Account, sessionId: string): Promise<boolean> =>
  ctx.database.write(
    async (tx) => (await endAndTell(tx, account, 'SIGNED_OUT', sessionId)) === 1,
    subjectOf(account),
  )
