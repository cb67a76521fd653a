import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { findAccount } from './accounts-repository.js'
import type { AccountContext } from './context.js'
import type { Account, Passkey } from './entity.js'
import { findPasskey, listPasskeys, spendChallenge, usePasskey } from './factors-repository.js'
import { sha256 } from './one-time-codes.js'
import { isOurs, named, newChallenge, orNull, readJson, type SeenChallenge } from './passkey-ceremony.js'
import { tellAccount } from './trail.js'

/**
 * What a browser needs to ask for a passkey.
 * @param account - whose passkey it must be; null lets the device offer all it has for us.
 */
export async function passkeyRequest(
  ctx: AccountContext,
  purpose: string,
  account: Account | null,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const passkeys = account ? await ctx.database.read((tx) => listPasskeys(tx, account.id)) : []
  return generateAuthenticationOptions({
    rpID: ctx.issuer.hostname,
    challenge: newChallenge(ctx, purpose),
    userVerification: 'required',
    allowCredentials: passkeys.map(named),
  })
}

/**
 * Checks a passkey: signature, origin, that the person was verified, that the challenge is ours and new, and that the
 * key was not copied.
 *
 * @param expected - whose it must be; null: of anybody.
 * @returns the account; null for everything that does not fit, told in its trail where the key is known.
 */
export async function checkPasskey(
  ctx: AccountContext,
  purpose: string,
  text: string,
  expected: Account | null,
): Promise<Account | null> {
  const response = readJson<AuthenticationResponseJSON>(text)
  if (!response) return null
  const known = await ctx.database.read((tx) => findPasskey(tx, Buffer.from(response.id, 'base64url')))
  const account = known && (await ctx.database.read((tx) => findAccount(tx, known.accountId)))
  if (!known || !account) return null
  const isRight =
    account.status === 'ACTIVE' &&
    (expected === null || expected.id === account.id) &&
    (await provesPasskey(ctx, purpose, response, known))
  if (isRight) return account
  await ctx.database.write((tx) =>
    tellAccount(tx, 'account.signInFailed', account, { outcome: 'DENY', detail: { step: 'passkey' } }),
  )
  return null
}

async function provesPasskey(
  ctx: AccountContext,
  purpose: string,
  response: AuthenticationResponseJSON,
  known: Passkey,
): Promise<boolean> {
  const seen: SeenChallenge[] = []
  const verified = await orNull(
    verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) => isOurs(ctx, purpose, challenge, seen),
      expectedOrigin: ctx.issuer.origin,
      expectedRPID: ctx.issuer.hostname,
      requireUserVerification: true,
      credential: { ...named(known), publicKey: new Uint8Array(known.publicKey), counter: known.counter },
    }),
    ctx,
  )
  const [used] = seen
  if (!verified?.verified || !used) return false
  return ctx.database.write(
    async (tx) =>
      (await spendChallenge(tx, sha256(used.challenge), used.end)) &&
      usePasskey(tx, known.id, verified.authenticationInfo.newCounter),
  )
}

/** The passkeys of an account, for its owner. */
export const ownPasskeys = (ctx: AccountContext, account: Account): Promise<Passkey[]> =>
  ctx.database.read((tx) => listPasskeys(tx, account.id))
