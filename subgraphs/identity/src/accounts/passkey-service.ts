import { randomBytes, randomUUID } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { changedMail, sendOrLog } from '../mail/index.js'
import { findAccount, lockAccount } from './accounts-repository.js'
import type { AccountContext } from './context.js'
import { sameMac } from './credential-keys.js'
import type { Account, Passkey } from './entity.js'
import { findPasskey, insertPasskey, listPasskeys, spendChallenge, usePasskey } from './factors-repository.js'
import { sha256 } from './one-time-codes.js'
import { afterCredentialChange } from './sessions-service.js'
import { subjectOf, tellAccount } from './trail.js'

/** How long a passkey may take, in seconds. */
const CHALLENGE_LIFE_SECONDS = 300

/** Whether browsers allow passkeys here: a name over TLS, or this machine by name; never a bare address (WebAuthn §5.1). */
export const hasPasskeys = ({ issuer }: Pick<AccountContext, 'issuer'>): boolean =>
  issuer.hostname === 'localhost' || (issuer.protocol === 'https:' && !/^[\d.]+$|^\[/.test(issuer.hostname))

/** A challenge that carries its own proof: random bytes, its end, and a MAC over both and what it is for. */
function newChallenge({ keys, clock }: AccountContext, purpose: string): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(20, randomBytes(16))
  head.writeUInt32BE(Math.floor(clock.now().getTime() / 1000) + CHALLENGE_LIFE_SECONDS, 16)
  const mac = keys.mac('challenge', `${purpose}|${head.toString('hex')}`)
  return new Uint8Array(Buffer.concat([head, mac]))
}

/** When a challenge of ours ends; null for one that is over, or made for something else, or by somebody else. */
function endOfChallenge({ keys, clock }: AccountContext, purpose: string, challenge: string): Date | null {
  const bytes = Buffer.from(challenge, 'base64url')
  if (bytes.length !== 52) return null
  const head = bytes.subarray(0, 20)
  if (!sameMac(bytes.subarray(20), keys.mac('challenge', `${purpose}|${head.toString('hex')}`))) return null
  const end = new Date(head.readUInt32BE(16) * 1000)
  return end > clock.now() ? end : null
}

const transportsOf = (passkey: Passkey) => passkey.transports as AuthenticatorTransport[]
const named = (passkey: Passkey) => ({
  id: passkey.credentialId.toString('base64url'),
  transports: transportsOf(passkey),
})

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

/** Reads what a browser sent; null for what has not even the form. */
function readJson<Value extends { id: string }>(text: string): Value | null {
  try {
    const value = JSON.parse(text) as Value | null
    return typeof value?.id === 'string' ? value : null
  } catch {
    return null
  }
}

/** Turns the many ways in which a library says no into one. */
const orNull = <Value>(work: Promise<Value>, ctx: AccountContext): Promise<Value | null> =>
  work.catch((error: unknown) => {
    ctx.log.info('passkey.refused', { errorType: error instanceof Error ? error.name : typeof error })
    return null
  })

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
  const seen: { challenge: string; end: Date }[] = []
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

function isOurs(
  ctx: AccountContext,
  purpose: string,
  challenge: string,
  seen: { challenge: string; end: Date }[],
): boolean {
  const end = endOfChallenge(ctx, purpose, challenge)
  if (end) seen.push({ challenge, end })
  return end !== null
}

/** Adds a passkey to an account. @returns its new stamp; null when the answer of the browser does not fit. */
export async function addPasskey(
  ctx: AccountContext,
  account: Account,
  form: { readonly text: string; readonly label: string },
): Promise<{ readonly stamp: string } | null> {
  const response = readJson<RegistrationResponseJSON>(form.text)
  const seen: { challenge: string; end: Date }[] = []
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
  const passkey = {
    id: randomUUID(),
    accountId: account.id,
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: Buffer.from(credential.publicKey),
    counter: credential.counter,
    transports: (credential.transports ?? []).slice(0, 8),
    label: form.label.trim().slice(0, 60) || 'Passkey',
  }
  const stamp = await ctx.database.write(async (tx) => {
    if (!(await spendChallenge(tx, sha256(used.challenge), used.end))) return null
    await lockAccount(tx, account.id)
    await insertPasskey(tx, passkey)
    await tellAccount(tx, 'account.secondFactorAdded', account, { detail: { factor: 'PASSKEY' } })
    return afterCredentialChange(tx, account)
  }, subjectOf(account))
  if (stamp === null) return null
  sendOrLog(ctx.mail, changedMail(account.email, 'A passkey was added', ctx.clock.now()), ctx.log)
  return { stamp }
}

/** The passkeys of an account, for its owner. */
export const ownPasskeys = (ctx: AccountContext, account: Account): Promise<Passkey[]> =>
  ctx.database.read((tx) => listPasskeys(tx, account.id))
