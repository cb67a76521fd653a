import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import {
  type Asked,
  addMembership,
  askOrDo,
  demandGovernable,
  demandGrantable,
  demandValidity,
  eventStore,
  type Place,
} from '../memberships/index.js'
import { scopeOf } from '../scope.js'
import { type MembershipRow, type Role, type UserRow, userInTx } from '../users/index.js'
import type { InvitationRow } from './entity.js'
import { demandPerson } from './person-form.js'
import { mailInvitation, newToken, type Postbox } from './post-service.js'
import { closeInvitations, findInvitationsOf, insertInvitation, insertUser } from './repository.js'

/** Somebody who shall work here. */
export interface InviteUserInput {
  readonly email: string
  readonly displayName: string
  readonly mobile?: string | null
  readonly place: Place
  readonly validFrom?: Date | null
  readonly validTo?: Date | null
  readonly reason?: string | null
}

/** Everything that is written about somebody who is invited. */
export interface Invited {
  readonly userId: string
  readonly membershipId: string
  readonly tenantId: string
  readonly email: string
  readonly displayName: string
  readonly mobile: string | null
  readonly role: Role
  readonly storeId: string | null
  readonly validFrom: Date
  readonly validTo: Date | null
}

/** A person just invited, and what he is invited as. */
export interface InvitedUser {
  readonly user: UserRow
  readonly membership: MembershipRow
}

/**
 * Invites somebody into the caller's tenant: a user who cannot sign in yet, a membership, and a link by mail that works
 * once. For platform staff a second owner has to approve.
 *
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in is not fresh enough.
 * @throws {DomainError} INVALID, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 * @throws {DomainError} NOT_FOUND, SCOPE_EXCEEDED, ACCESS_DENIED - the place is not the caller's to give.
 * @throws {DomainError} CONFLICT - somebody of this tenant has the address. Other tenants make no difference.
 */
export async function inviteUser(
  ctx: RequestContext,
  post: Postbox,
  input: InviteUserInput,
): Promise<Asked<InvitedUser>> {
  demandStepUp(ctx)
  const person = demandPerson(input)
  const validity = demandValidity(ctx.clock.now(), input.validFrom, input.validTo)
  const link = newToken()
  const { tenantId } = ctx.actor
  const asked = await ctx.tenant.write(async (tx) => {
    const storeId = await demandGrantable(tx, ctx, null, input.place)
    const { role } = input.place
    const wanted = {
      ...{ userId: randomUUID(), membershipId: randomUUID(), tenantId, ...person },
      ...{ role, storeId, ...validity },
    }
    const wish = {
      action: 'user:invite',
      tenantId,
      subjectType: 'User',
      subjectId: wanted.userId,
      storeIds: storeId === null ? null : [storeId],
      summary: `${person.displayName} shall be invited as ${role}`.slice(0, 300),
      payload: {
        ...wanted,
        validFrom: input.validFrom?.toISOString() ?? null,
        validTo: validity.validTo?.toISOString() ?? null,
      },
      reason: input.reason,
    }
    return askOrDo(tx, ctx, 'user:invite', wish, () => addInvited(tx, ctx, wanted, link.sha256))
  })
  if (asked.done) await mailInvitation(ctx, post, asked.done.user, link.token)
  return asked
}

/** Writes somebody who was checked, with the events. @throws {DomainError} CONFLICT - the address is taken. */
export async function addInvited(
  tx: TenantTx,
  ctx: RequestContext,
  wanted: Invited,
  tokenSha256: Buffer,
): Promise<InvitedUser> {
  const { tenantId, userId, membershipId, role, storeId, validFrom, validTo } = wanted
  const { displayName, email, mobile } = wanted
  try {
    await insertUser(tx, { ...wanted, id: userId })
  } catch (error) {
    if ((error as { code?: unknown }).code !== '23505') throw error
    throw conflict('CONFLICT', {
      field: ['email'],
      message: 'Somebody of this group has this address already.',
    })
  }
  const membership = await addMembership(tx, ctx, {
    ...{ id: membershipId, tenantId, userId, role, storeId },
    ...{ validFrom, validTo },
  })
  await insertInvitation(tx, { tenantId, id: randomUUID(), userId }, tokenSha256)
  await recordAudit(tx, 'user.invited', {
    targetId: userId,
    tenantId,
    storeId,
    detail: { membershipId, role },
    personal: { subject: { type: 'User', id: userId }, fields: { displayName, email, mobile } },
  })
  return { user: await userInTx(tx, ctx, userId), membership }
}

/**
 * Sends an invitation again: a new link; the old one is worth nothing from then on.
 *
 * @throws {DomainError} NOT_FOUND - the person is absent, foreign, or the id was malformed (null).
 * @throws {DomainError} SCOPE_EXCEEDED, ACCESS_DENIED - not the caller's to invite.
 * @throws {DomainError} STATE_NOT_ALLOWED - the person has accepted, or was deactivated.
 */
export async function resendInvitation(
  ctx: RequestContext,
  post: Postbox,
  userId: string | null,
): Promise<UserRow> {
  const link = newToken()
  const invited = await ctx.tenant.write(async (tx) => {
    const user = await demandInvited(tx, ctx, userId)
    await closeInvitations(tx, user.tenantId, user.id)
    await insertInvitation(tx, { tenantId: user.tenantId, id: randomUUID(), userId: user.id }, link.sha256)
    await record(tx, ctx, 'invitation.resent', user)
    return user
  })
  await mailInvitation(ctx, post, invited, link.token)
  return invited
}

/**
 * Takes an invitation back: its link is worth nothing from then on. Without an open one nothing happens, and no event.
 *
 * @throws {DomainError} as `resendInvitation` says.
 */
export async function revokeInvitation(ctx: RequestContext, userId: string | null): Promise<UserRow> {
  return ctx.tenant.write(async (tx) => {
    const user = await demandInvited(tx, ctx, userId)
    if ((await closeInvitations(tx, user.tenantId, user.id)) > 0)
      await record(tx, ctx, 'invitation.revoked', user)
    return user
  })
}

async function demandInvited(tx: TenantTx, ctx: RequestContext, userId: string | null): Promise<UserRow> {
  const user = await userInTx(tx, ctx, userId)
  await demandGovernable(tx, ctx, user)
  if (user.status !== 'INVITED') throw conflict('STATE_NOT_ALLOWED')
  return user
}

const record = (
  tx: TenantTx,
  ctx: RequestContext,
  event: 'invitation.resent' | 'invitation.revoked',
  { id, tenantId }: UserRow,
) => recordAudit(tx, event, { targetId: id, tenantId, storeId: eventStore(ctx) })

/** The newest invitation of a person; null when he was never invited; one statement for all people of a request. */
export const invitationOf = (ctx: RequestContext, userId: string): Promise<InvitationRow | null> =>
  ctx.batch('invitationOf', userId, async (userIds) => {
    const rows = await ctx.tenant.read((tx) => findInvitationsOf(tx, scopeOf(ctx.actor).tenantId, userIds))
    return new Map(rows.map((row) => [row.userId, row]))
  })

/** Where an invitation stands. */
export function invitationStatus(
  { acceptedAt, revokedAt, expiresAt }: InvitationRow,
  now: Date,
): 'OPEN' | 'ACCEPTED' | 'REVOKED' | 'EXPIRED' {
  if (acceptedAt) return 'ACCEPTED'
  if (revokedAt) return 'REVOKED'
  return expiresAt <= now ? 'EXPIRED' : 'OPEN'
}
