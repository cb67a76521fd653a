import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal } from '@autora/shared/access'
import { notFound } from '@autora/shared/errors'
import { type Clock, decodeId, encodeId } from '@autora/shared/request'
import { errors, type InteractionResults, type Provider } from 'oidc-provider'
import { acrOf } from './assurance.js'
import { canBeAnalyst } from './decision-service.js'
import type { AuthenticationMethod, Interaction, Interactions, MembershipChoice } from './interaction.js'
import { SECOND_FACTOR } from './prompts.js'
import type { LiveMembership, Sessions } from './session-service.js'

/** Where the pages of an interaction stand. */
export const signInPath = (uid: string): string => `/sign-in/${uid}`

/** `DEALER_SALES` as people say it: `Dealer Sales`. */
const roleName = (role: Principal): string =>
  role
    .split('_')
    .map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`)
    .join(' ')

function labelOf({ role, storeName, groupName }: LiveMembership): string {
  if (groupName === null) return roleName(role)
  return storeName === null
    ? `${roleName(role)}, ${groupName}`
    : `${roleName(role)}, ${storeName} (${groupName})`
}

const optional = (value: unknown): string | null => (typeof value === 'string' ? value : null)

type Found = Awaited<ReturnType<Provider['interactionDetails']>>

/** What the sign-in pages may do, over the library. */
export class ProviderInteractions implements Interactions {
  /** @param provider - the one that works with the keys of now. */
  constructor(
    private readonly provider: () => Promise<Provider>,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  async find(request: IncomingMessage, response: ServerResponse): Promise<Interaction | null> {
    const provider = await this.provider()
    const found = await this.details(provider, request, response)
    const name = found?.prompt.name
    if (!found || (name !== 'login' && name !== 'membership')) return null
    const client = await provider.Client.find(String(found.params.client_id))
    return {
      uid: found.uid,
      prompt: name,
      clientName: client?.clientName ?? 'AUTORA',
      accountId: found.session?.accountId ?? null,
      demandsSecondFactor: found.prompt.reasons.includes(SECOND_FACTOR),
      loginHint: optional(found.params.login_hint)?.slice(0, 254) ?? null,
    }
  }

  async signedIn(
    request: IncomingMessage,
    response: ServerResponse,
    proof: { readonly accountId: string; readonly methods: readonly AuthenticationMethod[] },
  ): Promise<void> {
    const { accountId, methods } = proof
    // the time is said here: the library would take that of a later answer, such as the choice of a membership
    const ts = Math.floor(this.clock.now().getTime() / 1000)
    await this.answer(request, response, 'login', {
      login: { accountId, amr: [...methods], acr: acrOf(methods), ts },
    })
  }

  async choices({ accountId }: Interaction): Promise<readonly MembershipChoice[]> {
    if (accountId === null) return []
    return (await this.sessions.memberships(accountId)).map((membership) => ({
      membershipId: encodeId('Membership', membership.membershipId),
      label: labelOf(membership),
      canBeAnalyst: canBeAnalyst(membership.role),
    }))
  }

  async choose(
    request: IncomingMessage,
    response: ServerResponse,
    { membershipId, asAnalyst }: { readonly membershipId: string; readonly asAnalyst: boolean },
  ): Promise<void> {
    const id = decodeId('Membership', membershipId)
    if (id === null) throw notFound()
    // whether it is his, and may be an analyst's, is decided when the request goes on
    await this.answer(request, response, 'membership', { membership: { id, isAnalyst: asAnalyst } })
  }

  async abort(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = await this.provider()
    const result = { error: 'access_denied', error_description: 'the person did not want to go on' }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  /** @throws {DomainError} NOT_FOUND - the interaction is over, of another browser, or asks something else. */
  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    asked: Interaction['prompt'],
    result: InteractionResults,
  ): Promise<void> {
    const provider = await this.provider()
    const found = await this.details(provider, request, response)
    if (found?.prompt.name !== asked) throw notFound()
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
  }

  private async details(
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Found | null> {
    try {
      const found = await provider.interactionDetails(request, response)
      const [, , uid] = (request.url ?? '').split(/[/?]/)
      return uid === found.uid ? found : null
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return null
      throw error
    }
  }
}
