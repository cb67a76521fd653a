import { decodeId, encodeId } from '@autora/shared/request'
import type { Answer, Client } from './client.js'
import type { World } from './world.js'

const KEY = `id label scopes purpose status createdAt notBefore expiresAt revokedAt lastUsedAt ipAllow ipDeny fingerprint
  isSenderConstrained rate { perSecond perDay } stores { code } createdBy { id } approval { id } rotatedFrom { id }`

/** The deeds on keys, as documents. */
export const keyDeeds = {
  create: `mutation C($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
    apiKey { ${KEY} } secret approval { id status isOwn summary } userErrors { code field } } }`,
  claim: `mutation C($input: ApiKeyClaimInput!) { apiKeyClaim(input: $input) {
    apiKey { ${KEY} } secret userErrors { code } } }`,
  rotate: `mutation R($input: ApiKeyRotateInput!) { apiKeyRotate(input: $input) {
    apiKey { ${KEY} } secret replaced { id expiresAt } userErrors { code field } } }`,
  revoke: `mutation R($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) { userErrors { code } } }`,
  decide: `mutation D($input: ApprovalDecideInput!) { approvalDecide(input: $input) {
    approval { id status } userErrors { code } } }`,
} as const

/** The smallest question that a key can ask. */
export const ME = '{ me { principal } }'

/** A key and its secret, as they came. */
export interface MadeKey {
  readonly apiKey: Record<string, unknown> & { readonly id: string; readonly expiresAt: string }
  readonly secret: string
}

/** The first code of an answer. */
export const codeOf = ({ errors }: Answer) => errors[0]?.extensions.code

/** Waits. */
export const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for what is noted beside the way of requests, at most two seconds. */
export async function eventually<T>(ask: () => Promise<T>, done: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const found = await ask()
    if (done(found) || tries === 100) return found
    await later(20)
  }
}

/** Makes keys in a world and finds what belongs to them. */
export class KeyDesk {
  readonly admin: Client

  constructor(private readonly world: World) {
    this.admin = world.people.admin('north')
  }

  storeId = (code: string): string => encodeId('Store', this.world.people.store(code).id)

  /** The application of a group. */
  appOf(group: string): string {
    const { groupId } = this.world.people.store(`${group}-one`)
    const app = this.world.network.partnerApps.find((one) => one.groupId === groupId)
    return encodeId('PartnerApp', app?.id ?? '')
  }

  /** What `apiKeyCreate` takes, for one store of north unless `parts` say otherwise. */
  wanted(parts: object = {}) {
    const usual = {
      appId: this.appOf('north'),
      label: 'Website leads',
      scopes: ['leads:create', 'leads:read.own'],
      storeIds: [this.storeId('north-one')],
    }
    return { input: { ...usual, ...parts } }
  }

  /** Makes a key at once. */
  async make(parts: object = {}, by: Client = this.admin): Promise<MadeKey> {
    const { errors, data } = await by.send(keyDeeds.create, this.wanted(parts))
    expect([errors, data.apiKeyCreate.userErrors]).toEqual([[], []])
    return data.apiKeyCreate
  }

  rotate = (id: string, parts: object = {}, by: Client = this.admin): Promise<Answer> =>
    by.send(keyDeeds.rotate, { input: { id, ...parts } })

  revoke = (id: string): Promise<Answer> => this.admin.send(keyDeeds.revoke, { input: { id } })

  holderOf = ({ secret }: Pick<MadeKey, 'secret'>): Client => this.world.people.withCredential(secret)

  /** Events about a key, oldest first. */
  eventsOn(id: string) {
    return this.world.sql<{
      action: string
      outcome: string
      detail: Record<string, unknown>
      actor_principal: string
    }>('select action, outcome, detail, actor_principal from audit.event where target_id = $1 order by id', [
      decodeId('ApiKey', id),
    ])
  }

  /** A group-wide admin of a group who is not the one that `people.admin` answers. */
  secondAdmin(group: string): { readonly client: Client; readonly userId: string } {
    const first = this.world.people.membership('DEALER_ADMIN', group)
    const other = this.world.network.memberships.find(
      ({ role, tenantId, storeId, userId }) =>
        role === 'DEALER_ADMIN' && tenantId === first.tenantId && storeId === null && userId !== first.userId,
    )
    if (!other) throw new Error(`no second admin of ${group}`)
    return { client: this.world.people.as(other), userId: other.userId }
  }
}
