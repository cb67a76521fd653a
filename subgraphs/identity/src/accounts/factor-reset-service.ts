import { recordAudit } from '@autora/shared/audit'
import { changedMail, sendOrLog } from '../mail/index.js'
import { findAccount, lockAccount } from './accounts-repository.js'
import type { AccountContext } from './context.js'
import type { Account } from './entity.js'
import { consumeReset, dueResets, removeFactors } from './factor-reset-repository.js'
import { afterCredentialChange } from './sessions-service.js'
import { subjectOf } from './trail.js'

/**
 * Forgets the second factors of somebody who has just proven his password, where somebody who may has asked for it
 * (docs/decisions/0012-memberships.md). The person is told by mail, and whatever was signed in before is over.
 *
 * @returns the account as it is then.
 */
export async function carryOutResets(ctx: AccountContext, account: Account): Promise<Account> {
  const isReset = await ctx.database.write(async (tx) => {
    await lockAccount(tx, account.id)
    const due = await dueResets(tx, account.id)
    if (due.length === 0) return false
    await removeFactors(tx, account.id)
    for (const reset of due) {
      await consumeReset(tx, reset)
      await recordAudit(tx, 'account.secondFactorRemoved', {
        tenantId: reset.tenantId,
        storeId: null,
        targetId: account.id,
        detail: { factor: 'ALL', reset: reset.id },
      })
    }
    await afterCredentialChange(tx, account)
    return true
  }, subjectOf(account))
  if (!isReset) return account
  const told = changedMail(account.email, 'All second factors were removed', ctx.clock.now())
  sendOrLog(ctx.mail, told, ctx.log)
  return (await ctx.database.read((tx) => findAccount(tx, account.id))) ?? account
}
