import {
  type interactionPolicy as InteractionPolicy,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { originOf } from '../network.js'
import { acrs, levelOf } from './assurance.js'
import type { Decisions } from './decision-service.js'
import { lifetimes } from './lifetimes.js'
import type { Sessions } from './session-service.js'

const { Check, Prompt, base } = interactionPolicy

/** Why the sign-in page must ask for a second factor. */
export const SECOND_FACTOR = 'second_factor'

/** What the prompts work with. */
export interface PromptParts {
  readonly decisions: Decisions
  readonly sessions: Sessions
  /** The audience of access tokens, and the scope that a person gets there. */
  readonly audience: string
  /** Our own proxies in front of the issuer. */
  readonly proxies: number
}

/** RFC 9470: the application asks for the second factor and takes nothing less. */
const demandsMfa = (ctx: KoaContextWithOIDC): boolean => {
  const wanted = ctx.oidc.params?.acr_values
  return typeof wanted === 'string' && wanted.split(' ')[0] === acrs.MFA
}

/** Asked for by the application, or because the membership that was chosen is one of the platform's. */
async function needsSecondFactor(ctx: KoaContextWithOIDC, decisions: Decisions): Promise<boolean> {
  const { session } = ctx.oidc
  if (session?.accountId && levelOf(session.acr) === 'MFA') return false
  if (demandsMfa(ctx)) return true
  // who signs in next may be somebody else: his memberships decide then
  if (ctx.oidc.promptPending('login')) return false
  return session?.accountId ? (await decisions.of(ctx)).isPlatform : false
}

/** An application on a device cannot prove that it is ours: somebody has to be there (RFC 8252, section 8.6). */
const isNativeWithoutAnybody = (ctx: KoaContextWithOIDC): boolean =>
  ctx.oidc.client?.applicationType === 'native' && !ctx.oidc.result?.login

/** The browser is still signed in with a password, or factors, that have been changed since. */
async function isOutdated(ctx: KoaContextWithOIDC, sessions: Sessions): Promise<boolean> {
  const { session } = ctx.oidc
  if (!session?.accountId) return false
  return !(await sessions.holdsSince(session.accountId, new Date((session.authTime() ?? 0) * 1000)))
}

/** Opens the session that was decided on, or notes a fresh sign-in in the one that goes on. */
async function goOn(
  ctx: KoaContextWithOIDC,
  { decisions, sessions, audience, proxies }: PromptParts,
): Promise<void> {
  const decision = await decisions.of(ctx)
  const { session, client, provider } = ctx.oidc
  if (decision.kind === 'ASK' || !session?.accountId || !client) return
  const proof = {
    assurance: levelOf(session.acr),
    authenticatedAt: new Date((session.authTime() ?? 0) * 1000),
  }
  if (decision.kind === 'KEEP') return sessions.reauthenticated(decision.session, proof)
  const { accountId } = session
  const { clientId } = client
  const grant = new provider.Grant({ accountId, clientId })
  grant.addOIDCScope('openid offline_access')
  grant.addResourceScope(audience, 'api')
  const grantId = await grant.save()
  await sessions.start({
    ...proof,
    membership: decision.membership,
    isAnalyst: decision.isAnalyst,
    accountId,
    clientId,
    grantId,
    browserUid: session.uid,
    client: originOf(ctx.req, proxies),
    lifeSeconds: client.applicationType === 'native' ? lifetimes.session.native : lifetimes.session.web,
  })
  session.ensureClientContainer(clientId)
  session.grantIdFor(clientId, grantId)
  ctx.oidc.entity('Grant', grant)
}

/**
 * What a person is asked, in order: who he is, then as which of his memberships. Nobody is asked for consent: the
 * applications are the platform's own. When there is nothing left to ask, the session is opened.
 */
export function prompts(parts: PromptParts): InteractionPolicy.DefaultPolicy {
  const policy = base()
  policy.remove('consent')
  const login = policy.get('login')
  login?.checks.add(
    new Check('native_client', 'somebody has to be there', 'login_required', isNativeWithoutAnybody),
  )
  login?.checks.add(
    new Check('credentials_changed', 'the credentials have changed since', 'login_required', (ctx) =>
      isOutdated(ctx, parts.sessions),
    ),
  )
  login?.checks.add(
    new Check(SECOND_FACTOR, 'a second factor is required', 'login_required', (ctx) =>
      needsSecondFactor(ctx, parts.decisions),
    ),
  )
  const membership = new Prompt(
    { name: 'membership', requestable: true },
    new Check('no_membership', 'a membership has to be chosen', 'interaction_required', async (ctx) => {
      if (ctx.oidc.promptPending('membership')) return true
      if ((await parts.decisions.of(ctx)).kind === 'ASK') return true
      await goOn(ctx, parts)
      return false
    }),
  )
  policy.add(membership)
  return policy
}
