import { changedMail, resetLink, resetMail, sendOrLog } from '../mail/index.js'
import { findAccount, findAccountByEmail, lockAccount, updatePassword } from './accounts-repository.js'
import { beginAttempt, TooManyAttempts } from './attempts-service.js'
import type { AccountContext, Visitor } from './context.js'
import type { Account } from './entity.js'
import { linkHash, newLinkToken } from './link-token.js'
import { findResetLink, insertResetLink, useResetLink } from './links-repository.js'
import { type PasswordFault, passwordFault } from './password-rules.js'
import { afterCredentialChange } from './sessions-service.js'
import { checkPassword, normalEmail } from './sign-in-service.js'
import { subjectOf, tellAccount } from './trail.js'

/** How long the link for a new password is good, in milliseconds. */
const RESET_LIFE_MS = 30 * 60_000

/** What became of a new password. */
export type PasswordChange =
  | { readonly stamp: string }
  | { readonly fault: PasswordFault; readonly field: 'current' | 'password' }

/**
 * Changes a password. All sessions end.
 * @throws {TooManyAttempts} the current password was guessed at too often.
 */
export async function changePassword(
  ctx: AccountContext,
  account: Account,
  typed: { readonly current: string; readonly password: string },
  visitor: Visitor,
): Promise<PasswordChange> {
  const fault = passwordFault(typed.password, account.email)
  if (fault) return { fault, field: 'password' }
  if (!(await checkPassword(ctx, { email: account.email, password: typed.current }, visitor)))
    return { fault: 'This is not your current password.', field: 'current' }
  const hash = await ctx.hasher.hash(typed.password)
  const stamp = await ctx.database.write(async (tx) => {
    await lockAccount(tx, account.id)
    await updatePassword(tx, account.id, hash)
    await tellAccount(tx, 'account.passwordChanged', account)
    return afterCredentialChange(tx, account)
  }, subjectOf(account))
  sendOrLog(ctx.mail, changedMail(account.email, 'Your password was changed', ctx.clock.now()), ctx.log)
  return { stamp }
}

/**
 * Sends a link for a new password to an address that has an account, and nothing to any other. The caller answers the
 * same in both cases; asking too often sends nothing, and looks the same too.
 */
export async function requestReset(ctx: AccountContext, typed: string, visitor: Visitor): Promise<void> {
  const email = normalEmail(typed)
  const account = await ctx.database.read((tx) => findAccountByEmail(tx, email))
  try {
    await beginAttempt(ctx, 'reset', email, account, visitor)
  } catch (error) {
    if (error instanceof TooManyAttempts) return
    throw error
  }
  if (account?.status !== 'ACTIVE') return
  const { token, sha256 } = newLinkToken()
  const expiresAt = new Date(ctx.clock.now().getTime() + RESET_LIFE_MS)
  await ctx.database.write((tx) => insertResetLink(tx, { accountId: account.id, sha256, expiresAt }))
  sendOrLog(ctx.mail, resetMail(account.email, resetLink(ctx.issuer.origin, token), expiresAt), ctx.log)
}

/** The account that a link is for; null when the link is used, over, or none of ours: one answer for all. */
export async function accountOfReset(ctx: AccountContext, token: string): Promise<Account | null> {
  return ctx.database.read(async (tx) => {
    const link = await findResetLink(tx, linkHash(token))
    const account = link?.isOpen ? await findAccount(tx, link.accountId) : null
    return account?.status === 'ACTIVE' ? account : null
  })
}

/** A link that was used or is over is told in the trail of its account. */
export async function tellDeadReset(ctx: AccountContext, token: string): Promise<void> {
  await ctx.database.write(async (tx) => {
    const link = await findResetLink(tx, linkHash(token))
    const account = link && (await findAccount(tx, link.accountId))
    if (account) await tellAccount(tx, 'account.passwordReset', account, { outcome: 'DENY' })
  })
}

/** Sets a new password by a link. A second factor is still asked for at the next sign-in. @returns null: no such link. */
export async function resetPassword(
  ctx: AccountContext,
  token: string,
  password: string,
): Promise<PasswordChange | null> {
  const account = await accountOfReset(ctx, token)
  if (!account) return null
  const fault = passwordFault(password, account.email)
  if (fault) return { fault, field: 'password' }
  const hash = await ctx.hasher.hash(password)
  const stamp = await ctx.database.write(async (tx) => {
    if (!(await useResetLink(tx, linkHash(token)))) return null
    await lockAccount(tx, account.id)
    await updatePassword(tx, account.id, hash)
    await tellAccount(tx, 'account.passwordReset', account)
    return afterCredentialChange(tx, account)
  }, subjectOf(account))
  if (stamp === null) return null
  sendOrLog(ctx.mail, changedMail(account.email, 'Your password was set anew', ctx.clock.now()), ctx.log)
  return { stamp }
}
