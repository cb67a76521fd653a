import { randomUUID } from 'node:crypto'
import { PLATFORM_TENANT } from '@autora/shared/actor'
import { decodeId, encodeId, type IdentifiedType } from '@autora/shared/request'
import { Client } from '../kit/client.js'
import { publishRule } from '../kit/governance.js'
import { type PlantedPerson, plant, plantPerson } from '../kit/plant.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

/** The seven principals of the rights table, and support once more under a grant. */
export const seats = [
  'PLATFORM_OWNER',
  'PLATFORM_SUPPORT',
  'GRANTED_SUPPORT',
  'DEALER_ADMIN',
  'DEALER_SALES',
  'DEALER_MARKETING',
  'PARTNER',
  'ANALYST',
] as const

/** Somebody who tries every operation. */
export type Seat = (typeof seats)[number]

/** The place of a seat: whose people, stores and things its operations are tried on. */
interface Home {
  readonly tenantId: string
  /** Null: the platform, which has no stores. */
  readonly storeId: string | null
}

const uuid = () => randomUUID()

const REQUEST = `mutation Q($input: SupportGrantRequestInput!) {
  supportGrantRequest(input: $input) { supportGrant { id } userErrors { code } } }`
const DECIDE = `mutation D($input: SupportGrantDecideInput!) { supportGrantDecide(input: $input) { userErrors { code } } }`

/** Asks for a grant that opens no personal data, so that everybody who decides about grants may decide about it. */
async function requestGrant(
  supporter: Client,
  { groupId, storeId }: { readonly groupId: string; readonly storeId: string },
  capabilities: readonly string[] = [],
): Promise<string> {
  const { data, text } = await supporter.send(REQUEST, {
    input: {
      dealerGroupId: encodeId('DealerGroup', groupId),
      storeIds: [encodeId('Store', storeId)],
      piiLevel: 'NONE',
      ticketRef: 'SUP-1',
      reason: 'Sets the group up',
      minutes: 60,
      capabilities,
    },
  })
  const grant = data?.supportGrantRequest?.supportGrant
  if (!grant) throw new Error(`no grant was asked for: ${text}`)
  return grant.id
}

/** The world in which the table is visited: `north`, the platform, and a group that support is just setting up. */
export class Stage {
  /** The group that support is just setting up. */
  readonly bare: { readonly groupId: string; readonly entityId: string; readonly storeId: string }
  readonly clients: Readonly<Record<Seat, Client>>

  private constructor(
    readonly world: World,
    bare: Stage['bare'],
    /** The supporter's grant in the group he sets up. */
    readonly grantId: string,
  ) {
    const { people } = world
    this.bare = bare
    this.clients = {
      PLATFORM_OWNER: people.owner(),
      PLATFORM_SUPPORT: people.support(),
      GRANTED_SUPPORT: people.support({ id: grantId, tenantId: bare.groupId }),
      DEALER_ADMIN: people.admin('north'),
      DEALER_SALES: people.sales('north-one'),
      DEALER_MARKETING: people.marketing('north-one'),
      PARTNER: people.partner('north-one', 'FULL'),
      ANALYST: people.analyst('north-one'),
    }
  }

  /**
   * Starts a world with a group that nobody governs yet, a supporter who may do there whatever a grant can say, and a
   * rule of the platform that bounds nobody. The partner may ask as often as the table has lines.
   */
  static async open(): Promise<Stage> {
    const world = await startWorld()
    const bare = { groupId: uuid(), entityId: uuid(), storeId: uuid() }
    const { groupId, entityId, storeId } = bare
    await plant(
      world,
      groupId,
      `insert into identity.dealer_group (tenant_id, code, name, kind) values ('${groupId}', 'bare', 'Bare', 'PORTFOLIO');
       insert into identity.legal_entity (tenant_id, id, name) values ('${groupId}', '${entityId}', 'Bare Ltd');
       insert into identity.store (tenant_id, id, legal_entity_id, code, name, city)
       values ('${groupId}', '${storeId}', '${entityId}', 'bare-one', 'Bare One', 'Bare Town')`,
    )
    const asked = await requestGrant(world.people.support(), bare, [
      'CONFIGURE',
      'DIAGNOSE',
      'INVITE_FIRST_ADMIN',
      'PROTECT',
    ])
    await world.people.owner().send(DECIDE, { input: { id: asked, approve: true } })
    const stage = new Stage(world, bare, decodeId('SupportGrant', asked) ?? '')
    await plant(
      world,
      stage.dealer('PARTNER').tenantId,
      `update identity.api_key set rate_per_second = 1000, rate_per_day = 1000000 where id = '${stage.ownKey()}'`,
    )
    await publishRule(world, { knob: 'EXPORT', loosest: 'FOUR_EYES', version: 0 })
    return stage
  }

  /** The person of a seat; a key has none. */
  self(seat: Seat): PlantedPerson {
    const { people } = this.world
    if (seat === 'PLATFORM_OWNER') return people.membership('PLATFORM_OWNER')
    if (seat === 'PLATFORM_SUPPORT' || seat === 'GRANTED_SUPPORT')
      return people.membership('PLATFORM_SUPPORT')
    if (seat === 'DEALER_ADMIN') return people.membership('DEALER_ADMIN', 'north')
    if (seat === 'DEALER_SALES') return people.membership('DEALER_SALES', 'north-one')
    return people.membership('DEALER_MARKETING', 'north-one')
  }

  /** Where a seat tries what is done to people: owners on platform staff, the supporter in the group he sets up. */
  home(seat: Seat): Home {
    if (seat === 'PLATFORM_OWNER' || seat === 'PLATFORM_SUPPORT')
      return { tenantId: PLATFORM_TENANT, storeId: null }
    return this.dealer(seat)
  }

  /** A store that a seat can reach, if it reaches any: for everybody but the supporter under a grant north-one. */
  dealer(seat: Seat): Home & { readonly storeId: string } {
    if (seat === 'GRANTED_SUPPORT') return { tenantId: this.bare.groupId, storeId: this.bare.storeId }
    const { id, groupId } = this.world.people.store('north-one')
    return { tenantId: groupId, storeId: id }
  }

  /** Somebody new at the home of a seat: staff of the platform, the first Dealer Admin, or in sales. */
  person(seat: Seat, status?: string): Promise<PlantedPerson> {
    const { tenantId, storeId } = this.home(seat)
    const parts = status ? { status } : {}
    if (storeId === null)
      return plantPerson(this.world, { tenantId, role: 'PLATFORM_SUPPORT', storeId, ...parts })
    if (seat === 'GRANTED_SUPPORT')
      return plantPerson(this.world, {
        tenantId,
        role: 'DEALER_ADMIN',
        storeId: null,
        status: 'INVITED',
        ...parts,
      })
    return plantPerson(this.world, { tenantId, role: 'DEALER_SALES', storeId, ...parts })
  }

  /** Somebody new in sales of the store that a seat can reach. */
  async colleague(seat: Seat, status = 'ACTIVE'): Promise<PlantedPerson> {
    return plantPerson(this.world, { ...this.dealer(seat), role: 'DEALER_SALES', status })
  }

  /** Somebody who was invited and has not accepted. */
  async invited(seat: Seat, status = 'INVITED'): Promise<PlantedPerson> {
    const person = await this.person(seat, status)
    await plant(
      this.world,
      person.tenantId,
      `insert into identity.invitation (tenant_id, id, user_id, token_sha256, created_by, expires_at)
       values ('${person.tenantId}', '${uuid()}', '${person.userId}', sha256('${person.id}'), '${person.userId}',
         now() + interval '1 day')`,
    )
    return person
  }

  /** Another supporter: who has an active grant of a group gets no second one. */
  async supporter(): Promise<Client> {
    const { id, userId } = await plantPerson(this.world, {
      tenantId: PLATFORM_TENANT,
      role: 'PLATFORM_SUPPORT',
      storeId: null,
    })
    const claims = () => goodClaims({ userId, membershipId: id })
    return new Client(this.world.gatewayUrl, () => signToken(this.world.issuerKey, claims()))
  }

  /** A supporter's request for a grant of the group whose stores a seat can reach. @returns its id for clients. */
  request(seat: Seat, supporter: Client): Promise<string> {
    const { tenantId, storeId } = this.dealer(seat)
    return requestGrant(supporter, { groupId: tenantId, storeId })
  }

  /**
   * A key at the store of a seat, of the application whose key the partner speaks with.
   * @param createdBy - who answers for it.
   * @param approvalId - what it rests on: then nobody has fetched its secret yet.
   * @returns its id.
   */
  async key(seat: Seat, createdBy?: string, approvalId?: string): Promise<string> {
    const [id, appId] = [uuid(), await this.app(seat)]
    const { tenantId, storeId } = this.dealer(seat)
    const secret = approvalId ? 'null, null' : `sha256('${id}'), 'abcd'`
    const orNull = (given?: string) => (given ? `'${given}'` : 'null')
    await plant(
      this.world,
      tenantId,
      `insert into identity.api_key (tenant_id, id, app_id, label, secret_mac, last_four, scopes, store_ids, expires_at,
         created_by, approval_id)
       values ('${tenantId}', '${id}', '${appId}', 'Planted', ${secret}, '{leads:create}', '{${storeId}}',
         now() + interval '30 days', ${orNull(createdBy)}, ${orNull(approvalId)})`,
    )
    return id
  }

  /** The key that the partner speaks with. @returns its id. */
  ownKey = (): string => this.demoKey().id

  private demoKey() {
    const { id } = this.world.people.store('north-one')
    const key = this.world.network.apiKeys.find(
      ({ kind, storeIds }) => kind === 'FULL' && storeIds.includes(id),
    )
    if (!key) throw new Error('north-one has no full key')
    return key
  }

  /** The partner's application, or one of the group that is being set up. @returns its id. */
  async app(seat: Seat): Promise<string> {
    if (seat !== 'GRANTED_SUPPORT') return this.demoKey().appId
    const [id, { groupId, entityId }] = [uuid(), this.bare]
    await plant(
      this.world,
      groupId,
      `insert into identity.partner_app (tenant_id, id, legal_entity_id, name)
       values ('${groupId}', '${id}', '${entityId}', 'Bare App')`,
    )
    return id
  }

  /** A request for approval by somebody. @returns its id. */
  async approval(tenantId: string, requestedBy: string): Promise<string> {
    const id = uuid()
    await plant(
      this.world,
      tenantId,
      `insert into identity.approval_request (tenant_id, id, action, subject_type, subject_id, summary, payload,
         payload_sha256, reason, requested_by, expires_at)
       values ('${tenantId}', '${id}', 'user:update', 'User', '${requestedBy}', 'Planted', '{}', sha256('x'),
         'Planted by a test', '${requestedBy}', now() + interval '1 hour')`,
    )
    return id
  }
}

/** An id as clients spell it. */
export const spelled = (type: IdentifiedType, id: string): string => encodeId(type, id)
