import { decodeId } from '@autora/shared/request'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { analystRoles } from '../principals/index.js'
import type { LiveMembership, SessionFacts, Sessions } from './session-service.js'

/** What an authorization request comes to, once it is known who asks. */
export type Decision =
  /** The session that the browser has with this application goes on. */
  | { readonly kind: 'KEEP'; readonly session: SessionFacts; readonly isPlatform: boolean }
  /** A membership was chosen, or there is only one. */
  | {
      readonly kind: 'START'
      readonly membership: LiveMembership
      readonly isAnalyst: boolean
      readonly isPlatform: boolean
    }
  /** The person has to choose. */
  | { readonly kind: 'ASK'; readonly isPlatform: false }

/** What was chosen on the page. */
export interface Choice {
  readonly id: string
  readonly isAnalyst: boolean
}

const isPlatformRole = (role: string): boolean => role.startsWith('PLATFORM_')

/** Whether a role may be worn limited to saved queries. */
export const canBeAnalyst = (role: LiveMembership['role']): boolean =>
  analystRoles.some((allowed) => allowed === role)

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** What the request or the page names; null when neither does. @throws {errors.AccessDenied} for an id that is none. */
function wishOf(ctx: KoaContextWithOIDC): Choice | null {
  const chosen = ctx.oidc.result?.membership as Choice | undefined
  if (chosen) return chosen
  const parameter = text(ctx.oidc.params?.membership)
  if (parameter === null) return null
  const id = decodeId('Membership', parameter)
  if (id === null) throw new errors.AccessDenied('there is no such membership')
  return { id, isAnalyst: wantsAnalyst(ctx) }
}

const wantsAnalyst = (ctx: KoaContextWithOIDC): boolean => text(ctx.oidc.params?.analyst) === 'true'

/** Decides as whom somebody goes on; asked by several checks of one request, answered once. */
export class Decisions {
  private readonly made = new WeakMap<object, Promise<Decision>>()

  constructor(private readonly sessions: Sessions) {}

  /**
   * @throws {errors.AccessDenied} the membership is not the person's or does not hold, he has none, or may not be an analyst.
   */
  of(ctx: KoaContextWithOIDC): Promise<Decision> {
    let decision = this.made.get(ctx)
    if (!decision) {
      decision = this.decide(ctx)
      this.made.set(ctx, decision)
    }
    return decision
  }

  private async decide(ctx: KoaContextWithOIDC): Promise<Decision> {
    const wish = wishOf(ctx)
    const isAnalyst = wish?.isAnalyst ?? wantsAnalyst(ctx)
    const session = await this.current(ctx)
    const isSame =
      session && session.isAnalyst === isAnalyst && (wish === null || wish.id === session.membershipId)
    if (isSame) return { kind: 'KEEP', session, isPlatform: isPlatformRole(session.role) }
    const memberships = await this.sessions.memberships(ctx.oidc.session?.accountId ?? '')
    const only = memberships.length === 1 ? memberships[0] : undefined
    const membership = wish ? memberships.find(({ membershipId }) => membershipId === wish.id) : only
    if (!membership && !wish && memberships.length > 0) return { kind: 'ASK', isPlatform: false }
    if (!membership) throw new errors.AccessDenied('there is no such membership')
    if (isAnalyst && !canBeAnalyst(membership.role)) throw new errors.AccessDenied('this role is no analyst')
    return { kind: 'START', membership, isAnalyst, isPlatform: isPlatformRole(membership.role) }
  }

  /** The session that this browser has with this application already, while it holds. */
  private async current(ctx: KoaContextWithOIDC): Promise<SessionFacts | null> {
    const { session, client } = ctx.oidc
    const grantId = client && session?.grantIdFor(client.clientId)
    if (!grantId) return null
    const facts = await this.sessions.live(grantId)
    return facts && facts.accountId === session?.accountId ? facts : null
  }
}
