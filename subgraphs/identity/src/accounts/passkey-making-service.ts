import { randomUUID } from 'node:crypto'
import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { changedMail, sendOrLog } from '../mail/index.js'
import { lockAccount } from './accounts-repository.js'
import type { AccountContext } from './context.js'
import type { Account, Passkey } from './entity.js'
import { insertPasskey, listPasskeys, spendChallenge } from './factors-repository.js'
import { sha256 } from './one-time-codes.js'
import { isOurs, named, newChallenge, orNull, readJson, type SeenChallenge } from './passkey-ceremony.js'
import { afterCredentialChange } from './sessions-service.js'
import { subjectOf, tellAccount } from './trail.js'

/** What a browser needs to make a passkey for an account. */
export async function passkeyCreation(
  ctx: AccountContext,
  account: Account,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const passkeys = await ctx.database.read((tx) => listPasskeys(tx, account.id))
  return generateRegistrationOptions({
    rpName: 'AUTORA OS',
    rpID: ctx.issuer.hostname,
    userName: account.email,
    userID: new Uint8Array(Buffer.from(account.id.replaceAll('-', ''), 'hex')),
    challenge: newChallenge(ctx, `add|${account.id}`),
    attestationType: 'none',
    excludeCredentials: passkeys.map(named),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** A passkey that a browser has just made, with the challenge it answers; null when anything about it does not fit. */
async function madePasskey(ctx: AccountContext, account: Account, form: PasskeyForm) {
  const response = readJson<RegistrationResponseJSON>(form.text)
  const seen: SeenChallenge[] = []
  const verified =
    response &&
    (await orNull(
      verifyRegistrationResponse({
        response,
        expectedChallenge: (challenge) => isOurs(ctx, `add|${account.id}`, challenge, seen),
        expectedOrigin: ctx.issuer.origin,
        expectedRPID: ctx.issuer.hostname,
        requireUserVerification: true,
      }),
      ctx,
    ))
  const [used] = seen
  if (!verified?.verified || !used) return null
  const { credential } = verified.registrationInfo
  const passkey: Omit<Passkey, 'createdAt' | 'lastUsedAt'> = {
    id: randomUUID(),
    accountId: account.id,
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: Buffer.from(credential.publicKey),
    counter: credential.counter,
    transports: (credential.transports ?? []).slice(0, 8),
    label: form.label.trim().slice(0, 60) || 'Passkey',
  }
  return { passkey, used }
}

/** What the page sends when a passkey was made. */
export interface PasskeyForm {
  /** The answer of the browser, as JSON. */
  readonly text: string
  readonly label: string
}

/** Adds a passkey to an account. @returns its new stamp; null when the answer of the browser does not fit. */
export async function addPasskey(
  ctx: AccountContext,
  account: Account,
  form: PasskeyForm,
): Promise<{ readonly stamp: string } | null> {
  const made = await madePasskey(ctx, account, form)
  if (!made) return null
  const stamp = await ctx.database.write(async (tx) => {
    if (!(await spendChallenge(tx, sha256(made.used.challenge), made.used.end))) return null
    await lockAccount(tx, account.id)
    await insertPasskey(tx, made.passkey)
    await tellAccount(tx, 'account.secondFactorAdded', account, { detail: { factor: 'PASSKEY' } })
    return afterCredentialChange(tx, account)
  }, subjectOf(account))
  if (stamp === null) return null
  sendOrLog(ctx.mail, changedMail(account.email, 'A passkey was added', ctx.clock.now()), ctx.log)
  return { stamp }
}
