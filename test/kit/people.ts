import { type DemoMembership, type DemoNetwork, type DemoRole, type DemoStore, demoApiKey } from '@autora/cli'
import { Client } from './client.js'
import { goodClaims, type IssuerKey, signToken } from './tokens.js'

/** Finds the people and keys of the demo network and lets them speak. */
export class People {
  constructor(
    private readonly network: DemoNetwork,
    private readonly gatewayUrl: string,
    private readonly issuerKey: IssuerKey,
  ) {}

  /** A store by its code, such as `north-one`. */
  store(code: string): DemoStore {
    return found(
      this.network.stores.find((store) => store.code === code),
      `store ${code}`,
    )
  }

  /** A current membership of a role: in one store, for a whole group, or of the platform. */
  membership(role: DemoRole, where?: string): DemoMembership {
    const store = this.network.stores.find(({ code }) => code === where)
    const group = this.network.groups.find(({ code }) => code === where)
    const inactive = new Set(
      this.network.users.filter(({ status }) => status !== 'ACTIVE').map(({ id }) => id),
    )
    return found(
      this.network.memberships.find(
        (membership) =>
          membership.role === role &&
          membership.endedDaysAgo === null &&
          !inactive.has(membership.userId) &&
          (store ? membership.storeId === store.id : membership.storeId === null) &&
          (group ? membership.tenantId === group.id : true),
      ),
      `${role} at ${where ?? 'the platform'}`,
    )
  }

  /** A client that speaks as the holder of a membership. */
  as(
    membership: DemoMembership,
    options: { analyst?: boolean; grant?: { id: string; tenantId: string } } = {},
  ): Client {
    const subject = { userId: membership.userId, membershipId: membership.id, ...options }
    return new Client(this.gatewayUrl, () => signToken(this.issuerKey, goodClaims(subject)))
  }

  /** A Dealer Admin: `north` for the whole group, `north-one` for that store alone. */
  admin = (where: string): Client => this.as(this.membership('DEALER_ADMIN', where))
  /** A salesperson of a store. */
  sales = (store: string): Client => this.as(this.membership('DEALER_SALES', store))
  /** Somebody of the marketing of a store. */
  marketing = (store: string): Client => this.as(this.membership('DEALER_MARKETING', store))
  /** The platform's owner. */
  owner = (): Client => this.as(this.membership('PLATFORM_OWNER'))
  /** The platform's support, with or without a grant. */
  support = (grant?: { id: string; tenantId: string }): Client =>
    this.as(this.membership('PLATFORM_SUPPORT'), grant ? { grant } : {})
  /** An analyst: a person of a group's marketing whose token is limited to reports. */
  analyst = (store: string): Client => this.as(this.membership('DEALER_MARKETING', store), { analyst: true })

  /** A partner's key for one store; `FULL` holds every scope a demo key has. */
  partner(store: string, kind: 'STORE' | 'FULL' | 'EXPIRED' | 'REVOKED' = 'STORE'): Client {
    const { id } = this.store(store)
    const key = found(
      this.network.apiKeys.find((candidate) => candidate.kind === kind && candidate.storeIds.includes(id)),
      `${kind} key of ${store}`,
    )
    return this.withCredential(demoApiKey(key.id))
  }

  /** A client with any credential. */
  withCredential = (credential: string): Client => new Client(this.gatewayUrl, async () => credential)
  /** A client that says nothing about itself. */
  anonymous = (): Client => new Client(this.gatewayUrl, null)
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the demo network has no ${what}`)
  return value
}
