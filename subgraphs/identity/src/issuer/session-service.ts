import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import type { Clock } from '@autora/shared/request'
import type { IssuerDatabase, IssuerSubject } from '../issuer-database.js'
import { type ClientOrigin, originFields } from '../network.js'
import { deleteFamilies } from './artifact-repository.js'
import {
  areCredentialsSince,
  findLiveMemberships,
  isAccountActive,
  type LiveMembership,
} from './membership-repository.js'
import type { IssuerSecrets } from './secrets.js'
import {
  type AssuranceLevel,
  type EndReason,
  endSession,
  findBrowserSessions,
  findSession,
  insertSession,
  renewAssurance,
  type SessionFacts,
} from './session-repository.js'

export type { LiveMembership } from './membership-repository.js'
export type { AssuranceLevel, EndReason, SessionFacts } from './session-repository.js'

/** What is digested, so that a value of one kind is never taken for another. */
export const digestUses = { grant: 'Grant', browser: 'browser', secret: 'client-secret' } as const

/** A session to be opened for a person as one of his memberships. */
export interface SessionWish {
  readonly membership: Pick<LiveMembership, 'membershipId' | 'tenantId' | 'userId' | 'role' | 'storeId'>
  readonly accountId: string
  readonly clientId: string
  /** The authorization ("grant" in the protocol) that its tokens will stand on. */
  readonly grantId: string
  /** The browser's session at the issuer; null where there is none. */
  readonly browserUid: string | null
  readonly isAnalyst: boolean
  readonly assurance: AssuranceLevel
  readonly authenticatedAt: Date
  readonly lifeSeconds: number
  /** Where the person is; absent where a service asks for him. */
  readonly client?: ClientOrigin
  /** Only in a support session. */
  readonly supportGrantId?: string
}

/** Whether tokens may be made from a session now: it, the account, the user, the membership, the group and the grant hold. */
export function isLive(facts: SessionFacts, now: Date): boolean {
  const isOpen = facts.endedAt === null && now < facts.expiresAt
  const isSomebody = facts.isAccountActive && facts.isUserActive && facts.isMembershipCurrent
  return isOpen && isSomebody && facts.isGroupActive && (facts.grantId === null || facts.isGrantActive)
}

const subjectOf = ({ userId, tenantId, role }: IssuerSubject): IssuerSubject => ({ userId, tenantId, role })

/** The sessions behind tokens: opened with an event, ended with an event, asked before every token. */
export class Sessions {
  constructor(
    private readonly database: IssuerDatabase,
    private readonly secrets: IssuerSecrets,
    private readonly clock: Clock,
  ) {}

  /** Whether an account may sign in. */
  isAccountActive(accountId: string): Promise<boolean> {
    return this.database.read((tx) => isAccountActive(tx, accountId))
  }

  /** Whether a sign-in of then counts now: a change of credentials makes everything before it worthless. */
  holdsSince(accountId: string, at: Date): Promise<boolean> {
    return this.database.read((tx) => areCredentialsSince(tx, accountId, at))
  }

  /** The memberships that an account may put on now. */
  memberships(accountId: string): Promise<readonly LiveMembership[]> {
    return this.database.read((tx) => findLiveMemberships(tx, accountId, this.clock.now()))
  }

  /** The session that stands on an authorization while tokens may be made from it; otherwise null. */
  async live(grantId: string): Promise<SessionFacts | null> {
    const now = this.clock.now()
    const facts = await this.database.read((tx) => findSession(tx, this.authorizationId(grantId), now))
    return facts && isLive(facts, now) ? facts : null
  }

  /** Opens a session and writes `session.started`. @returns its id: the `sid` of its tokens. */
  start(wish: SessionWish): Promise<string> {
    const { membership, grantId, browserUid, lifeSeconds, supportGrantId = null, client, ...rest } = wish
    const { storeId, tenantId, membershipId, userId } = membership
    const id = randomUUID()
    const expiresAt = new Date(this.clock.now().getTime() + lifeSeconds * 1000)
    const browserDigest = browserUid === null ? null : this.secrets.digest(digestUses.browser, browserUid)
    const authorizationId = this.authorizationId(grantId)
    return this.database.write(async (tx) => {
      const who = { id, tenantId, userId, membershipId, supportGrantId }
      await insertSession(tx, { ...rest, ...who, authorizationId, expiresAt, browserDigest })
      const { clientId, assurance, isAnalyst } = wish
      const detail = { membershipId, clientId, assurance, isAnalyst, supportGrantId }
      await recordAudit(tx, 'session.started', {
        ...{ targetId: id, tenantId, storeId, detail },
        ...(client && { personal: { subject: { type: 'User', id: userId }, fields: originFields(client) } }),
      })
      return id
    }, subjectOf(membership))
  }

  /** Notes that the person proved again who he is; writes `session.reauthenticated`. */
  async reauthenticated(
    session: SessionFacts,
    proof: { readonly assurance: AssuranceLevel; readonly authenticatedAt: Date },
  ): Promise<void> {
    const isNews =
      session.assurance !== proof.assurance ||
      session.authenticatedAt.getTime() !== proof.authenticatedAt.getTime()
    if (!isNews) return
    await this.database.write(async (tx) => {
      await renewAssurance(tx, session, proof)
      await this.record(tx, 'session.reauthenticated', session, { assurance: proof.assurance })
    }, subjectOf(session))
  }

  /** Ends the session of an authorization and forgets everything that stands on it. Doing it again changes nothing. */
  endAuthorization(grantId: string, reason: EndReason): Promise<void> {
    return this.endFamily(this.secrets.digest(digestUses.grant, grantId), reason)
  }

  /** The same by the digest of the authorization. */
  async endFamily(digest: Buffer, reason: EndReason): Promise<void> {
    const now = this.clock.now()
    const session = await this.database.read((tx) => findSession(tx, digest.toString('hex'), now))
    await this.database.write(async (tx) => {
      await deleteFamilies(tx, [digest], digestUses.grant)
      if (session) await this.end(tx, session, reason, now)
    }, session && subjectOf(session))
  }

  /** Ends every session of a browser: its person signed out there. */
  async endBrowser(browserUid: string): Promise<void> {
    const now = this.clock.now()
    const digest = this.secrets.digest(digestUses.browser, browserUid)
    const sessions = await this.database.read((tx) => findBrowserSessions(tx, digest, now))
    for (const session of sessions)
      await this.database.write(async (tx) => {
        const authorizationId = await this.end(tx, session, 'SIGNED_OUT', now)
        if (authorizationId) await deleteFamilies(tx, [Buffer.from(authorizationId, 'hex')], digestUses.grant)
      }, subjectOf(session))
  }

  private async end(
    tx: TenantTx,
    session: SessionFacts,
    reason: EndReason,
    now: Date,
  ): Promise<string | null> {
    const authorizationId = await endSession(tx, session, reason, now)
    if (authorizationId) await this.record(tx, 'session.ended', session, { reason })
    return authorizationId
  }

  private record(
    tx: TenantTx,
    event: 'session.ended' | 'session.reauthenticated',
    { sessionId, tenantId, storeId, membershipId, clientId }: SessionFacts,
    detail: Readonly<Record<string, string>>,
  ): Promise<void> {
    const entry = { targetId: sessionId, tenantId, storeId }
    return recordAudit(tx, event, { ...entry, detail: { membershipId, clientId, ...detail } })
  }

  private readonly authorizationId = (grantId: string): string =>
    this.secrets.digest(digestUses.grant, grantId).toString('hex')
}
