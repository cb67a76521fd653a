import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, DomainError } from '@autora/shared/errors'
import { findAccount, findAccountByEmail, insertAccount } from './accounts-repository.js'
import type { AccountContext } from './context.js'
import { provenSeed, storeAuthenticator } from './enrolment-service.js'
import type { Account } from './entity.js'
import { linkHash } from './link-token.js'
import { acceptInvitation, findInvitation, type Invitation } from './links-repository.js'
import { type PasswordFault, passwordFault } from './password-rules.js'
import { tellAccount } from './trail.js'

/** An invitation that can be accepted, with the account of its person if there is one already. */
export interface OpenInvitation {
  readonly invitation: Invitation
  readonly account: Account | null
}

/** What became of an acceptance. */
export type Acceptance =
  | { readonly account: Account; readonly recoveryCodes: readonly string[] | null }
  | { readonly fault: PasswordFault; readonly field: 'password' | 'code' }

/**
 * The invitation of a link. One that is used, over or revoked is told in the trail of its group; to the person it is
 * the same as one that never was. @returns null for all of these.
 */
export async function openInvitation(ctx: AccountContext, token: string): Promise<OpenInvitation | null> {
  const { invitation, account } = await ctx.database.read(async (tx) => {
    const found = await findInvitation(tx, linkHash(token))
    return { invitation: found, account: found && (await findAccountByEmail(tx, found.email)) }
  })
  if (!invitation) return null
  if (invitation.isOpen && account?.status !== 'DISABLED') return { invitation, account }
  await ctx.database.write((tx) => tellAcceptance(tx, invitation, 'DENY'))
  return null
}

const tellAcceptance = (tx: TenantTx, { tenantId, userId, id }: Invitation, outcome: 'ALLOW' | 'DENY') =>
  recordAudit(tx, 'invitation.accepted', {
    tenantId,
    storeId: null,
    targetId: userId,
    outcome,
    detail: { invitationId: id },
  })

/** Runs an acceptance. @returns null when somebody was faster with the same link. */
async function accepting<T>(
  ctx: AccountContext,
  invitation: Invitation,
  accountId: string,
  work: (tx: TenantTx) => Promise<T>,
): Promise<{ readonly result: T; readonly account: Account } | null> {
  try {
    return await ctx.database.write(async (tx) => {
      const result = await work(tx)
      if (!(await acceptInvitation(tx, invitation, accountId))) throw conflict('CONFLICT')
      await tellAcceptance(tx, invitation, 'ALLOW')
      const account = await findAccount(tx, accountId)
      if (!account) throw new Error('an account that was just written is not there')
      return { result, account }
    })
  } catch (error) {
    // a conflict is the other use of this link, or another invitation that made the account first
    if (error instanceof DomainError && error.kind === 'CONFLICT') return null
    throw error
  }
}

/** What a new person fills in. */
export interface NewPersonForm {
  readonly password: string
  /** The offered seed and the code of the app; demanded where the role is of the platform. */
  readonly sealed: string
  readonly code: string
}

/** Accepts for somebody who has no account yet: account, second factor and user come to be together, or none does. */
export async function acceptAsNewPerson(
  ctx: AccountContext,
  { invitation }: OpenInvitation,
  form: NewPersonForm,
): Promise<Acceptance | null> {
  const fault = passwordFault(form.password, invitation.email)
  if (fault) return { fault, field: 'password' }
  const proven = invitation.hasPlatformRole ? provenSeed(ctx, invitation.id, form) : null
  if (invitation.hasPlatformRole && !proven) return { fault: wrongCode, field: 'code' }
  const passwordHash = await ctx.hasher.hash(form.password)
  const account = { id: randomUUID(), email: invitation.email, passwordHash }
  const accepted = await accepting(ctx, invitation, account.id, async (tx) => {
    const told = { id: account.id, homeTenantId: invitation.tenantId }
    await insertAccount(tx, account)
    await tellAccount(tx, 'account.created', told)
    if (!proven) return null
    await tellAccount(tx, 'account.secondFactorAdded', told, { detail: { factor: 'AUTHENTICATOR' } })
    return storeAuthenticator(ctx, tx, account.id, proven)
  })
  return accepted && { account: accepted.account, recoveryCodes: accepted.result }
}

/** Accepts for somebody who has signed in to his account; where the role is of the platform, with two factors. */
export async function acceptAsAccount(
  ctx: AccountContext,
  { invitation }: OpenInvitation,
  account: Account,
): Promise<Acceptance | null> {
  if (account.email !== invitation.email) return null
  const accepted = await accepting(ctx, invitation, account.id, async () => null)
  return accepted && { account: accepted.account, recoveryCodes: null }
}

/** What a form says of a code that does not fit. */
export const wrongCode: PasswordFault = 'This code is not right. Use the newest one that the app shows.'
