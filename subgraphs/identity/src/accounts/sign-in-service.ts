import type { AuthenticationMethod } from '../issuer/index.js'
import { findAccount, findAccountByEmail } from './accounts-repository.js'
import { type Attempt, beginAttempt, type Trial } from './attempts-service.js'
import type { AccountContext, ProvenAccount, Visitor } from './context.js'
import type { Account } from './entity.js'
import { carryOutResets } from './factor-reset-service.js'
import { findAuthenticator, useRecoveryCode, useStep } from './factors-repository.js'
import { recoveryCodeMac, stepOfCode } from './one-time-codes.js'
import { clientOf, subjectOf, tellAccount } from './trail.js'

/** What an e-mail address is compared by. */
export const normalEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

/** An attempt that failed, told in the trail of whoever is known; the second event says that he has to wait now. */
async function tellFailure(
  ctx: AccountContext,
  account: Account,
  trial: Trial,
  attempt: Attempt,
  visitor: Visitor,
): Promise<void> {
  const failed = { outcome: 'DENY', detail: { step: trial } } as const
  await ctx.database.write(async (tx) => {
    await tellAccount(tx, 'account.signInFailed', account, { ...failed, ...clientOf(account, visitor) })
    if (attempt.isFirstBlocked) await tellAccount(tx, 'account.locked', account, failed)
  })
}

/**
 * Compares a password. An address without an account, a disabled account and a wrong password are one answer, at one
 * price.
 *
 * @returns the account, or null.
 * @throws {TooManyAttempts} before anything is compared.
 * @throws {HasherBusy} when too many others sign in right now.
 */
export async function checkPassword(
  ctx: AccountContext,
  typed: { readonly email: string; readonly password: string },
  visitor: Visitor,
): Promise<Account | null> {
  const email = normalEmail(typed.email)
  const found = await ctx.database.read((tx) => findAccountByEmail(tx, email))
  const account = found?.status === 'ACTIVE' ? found : null
  const attempt = await beginAttempt(ctx, 'password', email, account, visitor)
  const isRight = await ctx.hasher.verify(account?.passwordHash ?? null, typed.password)
  if (account && isRight) {
    await ctx.database.write((tx) => attempt.forgive(tx))
    return carryOutResets(ctx, account)
  }
  if (found) await tellFailure(ctx, found, 'password', attempt, visitor)
  return null
}

/** The account somebody proved to have, as it is now; null when its credentials have changed since. */
export async function currentAccount(ctx: AccountContext, proven: ProvenAccount): Promise<Account | null> {
  const account = await ctx.database.read((tx) => findAccount(tx, proven.accountId))
  return account?.status === 'ACTIVE' && account.stamp === proven.stamp ? account : null
}

/**
 * Uses up a code of the authenticator app, or a recovery code.
 *
 * @returns how it was proven; null for a wrong code or one that was used before.
 * @throws {TooManyAttempts} before anything is compared.
 */
export async function checkCode(
  ctx: AccountContext,
  account: Account,
  code: { readonly kind: 'otp' | 'rc'; readonly text: string },
  visitor: Visitor,
): Promise<AuthenticationMethod | null> {
  const attempt = await beginAttempt(ctx, 'factor', account.email, account, visitor)
  const isRight = await ctx.database.write(async (tx) => {
    if (!(await useCode(ctx, tx, account, code))) return false
    await attempt.forgive(tx)
    if (code.kind === 'rc') await tellAccount(tx, 'account.recoveryCodeUsed', account)
    return true
  }, subjectOf(account))
  if (isRight) return code.kind
  await tellFailure(ctx, account, 'factor', attempt, visitor)
  return null
}

type Tx = Parameters<Parameters<AccountContext['database']['write']>[0]>[0]

/** Uses up a code within a transaction. */
async function useCode(
  ctx: AccountContext,
  tx: Tx,
  account: Account,
  { kind, text }: { readonly kind: 'otp' | 'rc'; readonly text: string },
): Promise<boolean> {
  if (kind === 'rc') {
    const mac = recoveryCodeMac(ctx.keys, account.id, text)
    return mac !== null && (await useRecoveryCode(tx, account.id, mac))
  }
  const authenticator = await findAuthenticator(tx, account.id)
  if (!authenticator) return false
  const seed = ctx.keys.vault.open(account.id, `authenticator|${authenticator.id}`, authenticator.sealedSeed)
  const step = stepOfCode(seed, text, ctx.clock.now().getTime())
  return step !== null && (await useStep(tx, account.id, step))
}

/** Whether an account gets in with what was proven so far, or what is still missing. */
export function missingProof(
  account: Account,
  methods: readonly AuthenticationMethod[],
  demandsSecondFactor: boolean,
): 'NOTHING' | 'SECOND_FACTOR' | 'ENROLMENT' {
  // a passkey is one thing that is held and one that is known or inherent: two factors by itself
  if (methods.some((method) => method !== 'pwd')) return 'NOTHING'
  if (account.hasAuthenticator || account.hasPasskey) return 'SECOND_FACTOR'
  return account.isPlatformStaff || demandsSecondFactor ? 'ENROLMENT' : 'NOTHING'
}

/** Tells the trail that somebody has signed in, with everything that was asked of him. */
export async function completeSignIn(
  ctx: AccountContext,
  account: Account,
  methods: readonly AuthenticationMethod[],
  visitor: Visitor,
): Promise<void> {
  await ctx.database.write(
    (tx) =>
      tellAccount(tx, 'account.signedIn', account, { detail: { methods }, ...clientOf(account, visitor) }),
    subjectOf(account),
  )
}
