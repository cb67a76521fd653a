import { randomUUID } from 'node:crypto'
import type { TenantTx } from '@autora/shared/database'
import { changedMail, sendOrLog } from '../mail/index.js'
import { lockAccount } from './accounts-repository.js'
import type { AccountContext } from './context.js'
import type { Account } from './entity.js'
import {
  countRecoveryCodes,
  removeAuthenticator,
  removePasskey,
  replaceAuthenticator,
  replaceRecoveryCodes,
} from './factors-repository.js'
import { newRecoveryCodes, newSeed, recoveryCodeMac, stepOfCode } from './one-time-codes.js'
import { afterCredentialChange } from './sessions-service.js'
import { subjectOf, tellAccount } from './trail.js'

/** How long somebody may take to scan a QR code, in milliseconds. */
const OFFER_LIFE_MS = 15 * 60_000

/** A seed that is shown and not stored yet: the form carries it sealed, for this account and these minutes. */
export interface SeedOffer {
  readonly seed: Buffer
  readonly sealed: string
}

/** Offers a fresh seed. @param holder - account id, or the invitation of who has none yet. */
export function offerSeed(ctx: AccountContext, holder: string): SeedOffer {
  const seed = newSeed()
  const expires = Buffer.alloc(8)
  expires.writeDoubleBE(ctx.clock.now().getTime() + OFFER_LIFE_MS)
  const sealed = ctx.keys.vault.seal(holder, 'offered-seed', Buffer.concat([expires, seed]))
  return { seed, sealed: sealed.toString('base64url') }
}

/** The seed of an offer; null when it is over, altered, or was made for somebody else. */
export function openOffer(ctx: AccountContext, holder: string, sealed: string): Buffer | null {
  try {
    const plain = ctx.keys.vault.open(holder, 'offered-seed', Buffer.from(sealed, 'base64url'))
    return plain.readDoubleBE(0) > ctx.clock.now().getTime() ? plain.subarray(8) : null
  } catch {
    return null // whatever is wrong with it, the form is shown again with a fresh one
  }
}

/** What somebody has after he changed his second factors. */
export interface ChangedFactors {
  readonly stamp: string
  /** Shown once; null where the old ones stay. */
  readonly recoveryCodes: readonly string[] | null
}

/** Stores an app whose code was right, with fresh recovery codes. @returns the codes. */
export async function storeAuthenticator(
  ctx: AccountContext,
  tx: TenantTx,
  accountId: string,
  proven: { readonly seed: Buffer; readonly step: number },
): Promise<readonly string[]> {
  const id = randomUUID()
  const sealedSeed = ctx.keys.vault.seal(accountId, `authenticator|${id}`, proven.seed)
  await replaceAuthenticator(tx, accountId, { id, sealedSeed, lastStep: proven.step })
  return storeRecoveryCodes(ctx, tx, accountId)
}

async function storeRecoveryCodes(
  ctx: AccountContext,
  tx: TenantTx,
  accountId: string,
): Promise<readonly string[]> {
  const codes = newRecoveryCodes()
  const macs = codes.flatMap((code) => recoveryCodeMac(ctx.keys, accountId, code) ?? [])
  await replaceRecoveryCodes(tx, accountId, macs)
  return codes
}

/** The seed and time step that a form proves; null when the code does not fit the offer. */
export function provenSeed(
  ctx: AccountContext,
  holder: string,
  form: { readonly sealed: string; readonly code: string },
): { readonly seed: Buffer; readonly step: number } | null {
  const seed = openOffer(ctx, holder, form.sealed)
  const step = seed && stepOfCode(seed, form.code, ctx.clock.now().getTime())
  return seed && step !== null ? { seed, step } : null
}

/** Runs a change of second factors with all that belongs to one. */
async function changeFactors(
  ctx: AccountContext,
  account: Account,
  told: string,
  change: (tx: TenantTx) => Promise<readonly string[] | null | false>,
): Promise<ChangedFactors | null> {
  const changed = await ctx.database.write(async (tx) => {
    await lockAccount(tx, account.id)
    const recoveryCodes = await change(tx)
    if (recoveryCodes === false) return null
    return { recoveryCodes, stamp: await afterCredentialChange(tx, account) }
  }, subjectOf(account))
  if (changed) sendOrLog(ctx.mail, changedMail(account.email, told, ctx.clock.now()), ctx.log)
  return changed
}

/** Sets the authenticator app of an account, in place of an older one. @returns null when the code was wrong. */
export async function enrolAuthenticator(
  ctx: AccountContext,
  account: Account,
  form: { readonly sealed: string; readonly code: string },
): Promise<ChangedFactors | null> {
  const proven = provenSeed(ctx, account.id, form)
  if (!proven) return null
  return changeFactors(ctx, account, 'An authenticator app was added', async (tx) => {
    await tellAccount(tx, 'account.secondFactorAdded', account, { detail: { factor: 'AUTHENTICATOR' } })
    return storeAuthenticator(ctx, tx, account.id, proven)
  })
}

/** Removes the authenticator app. @returns null when there was none. */
export const dropAuthenticator = (ctx: AccountContext, account: Account): Promise<ChangedFactors | null> =>
  changeFactors(ctx, account, 'The authenticator app was removed', async (tx) => {
    if (!(await removeAuthenticator(tx, account.id))) return false
    await tellAccount(tx, 'account.secondFactorRemoved', account, { detail: { factor: 'AUTHENTICATOR' } })
    return null
  })

/** Removes a passkey. @returns null when the account has none of this id. */
export const dropPasskey = (
  ctx: AccountContext,
  account: Account,
  passkeyId: string,
): Promise<ChangedFactors | null> =>
  changeFactors(ctx, account, 'A passkey was removed', async (tx) => {
    if (!(await removePasskey(tx, account.id, passkeyId))) return false
    await tellAccount(tx, 'account.secondFactorRemoved', account, { detail: { factor: 'PASSKEY' } })
    return null
  })

/** Replaces the recovery codes. The old ones open nothing any more. */
export const renewRecoveryCodes = (ctx: AccountContext, account: Account): Promise<ChangedFactors | null> =>
  changeFactors(ctx, account, 'New recovery codes were made', async (tx) => {
    await tellAccount(tx, 'account.recoveryCodesIssued', account)
    return storeRecoveryCodes(ctx, tx, account.id)
  })

/** How many recovery codes are left. */
export const recoveryCodesLeft = (ctx: AccountContext, account: Account): Promise<number> =>
  ctx.database.read((tx) => countRecoveryCodes(tx, account.id))
