import type { DemoMembership, DemoNetwork, DemoRole, DemoStore } from '../demo/index.js'
import { Complaint } from '../terminal/complaint.js'

/** Whom `token --as` can speak for. */
export const speakers = ['owner', 'support', 'admin', 'sales', 'marketing', 'analyst', 'partner'] as const

/** One of them. */
export type Speaker = (typeof speakers)[number]

/** A store, or a whole group when `store` is null; both null: the platform. */
export interface Place {
  readonly groupId: string
  readonly groupCode: string
  readonly store: DemoStore | null
}

/** Every place of a network on one line: `karoo (menlyn, sandton), kaap (foreshore)`. */
function knownPlaces({ groups, stores }: DemoNetwork): string {
  const of = (groupId: string) =>
    stores.filter((store) => store.groupId === groupId && store.status === 'ACTIVE').map(({ code }) => code)
  return groups.map(({ id, code }) => `${code} (${of(id).join(', ')})`).join('; ')
}

/**
 * A store or group by its code; without one the first of the network.
 * @throws {Complaint} naming the places there are.
 */
export function findPlace(network: DemoNetwork, code: string | undefined): Place {
  const store = network.stores.find((one) => one.code === code)
  if (store) return { groupId: store.groupId, groupCode: store.groupCode, store }
  const group = code === undefined ? network.groups[0] : network.groups.find((one) => one.code === code)
  if (group) return { groupId: group.id, groupCode: group.code, store: null }
  throw new Complaint(
    `There is no store or group '${code ?? ''}'. Groups and their stores: ${knownPlaces(network)}.`,
  )
}

/** Of a group the first open store: who works in stores needs one. */
const storeOf = (network: DemoNetwork, place: Place): DemoStore | undefined =>
  place.store ?? network.stores.find((store) => store.groupId === place.groupId && store.status === 'ACTIVE')

const isActive = (network: DemoNetwork, membership: DemoMembership): boolean =>
  membership.endedDaysAgo === null &&
  network.users.some((user) => user.id === membership.userId && user.status === 'ACTIVE')

const dealerRoles = {
  admin: 'DEALER_ADMIN',
  sales: 'DEALER_SALES',
  marketing: 'DEALER_MARKETING',
  analyst: 'DEALER_MARKETING',
} as const satisfies Partial<Record<Speaker, DemoRole>>

/**
 * The membership that somebody speaks with.
 * @throws {Complaint} when nobody has that role there.
 */
export function findMembership(
  network: DemoNetwork,
  speaker: Exclude<Speaker, 'partner'>,
  place: Place,
): DemoMembership {
  const pick = (role: DemoRole, storeId: string | null, tenantId?: string) =>
    network.memberships.find(
      (one) =>
        one.role === role &&
        one.storeId === storeId &&
        (tenantId === undefined || one.tenantId === tenantId) &&
        isActive(network, one),
    )
  if (speaker === 'owner' || speaker === 'support')
    return found(
      pick(speaker === 'owner' ? 'PLATFORM_OWNER' : 'PLATFORM_SUPPORT', null),
      speaker,
      'the platform',
    )
  const store = storeOf(network, place)
  if (speaker === 'admin' && !place.store)
    return found(pick('DEALER_ADMIN', null, place.groupId), speaker, place.groupCode)
  const here = store && pick(dealerRoles[speaker], store.id)
  return found(
    here,
    speaker,
    store?.code ?? place.groupCode,
    speaker === 'admin' ? `admin@${place.groupCode}` : null,
  )
}

/** The key that a partner presents in a store. @throws {Complaint} when none was issued for it. */
export function findKeyId(network: DemoNetwork, place: Place): string {
  const store = storeOf(network, place)
  const key = network.apiKeys.find((one) => one.kind === 'STORE' && one.storeIds.includes(store?.id ?? ''))
  return found(key, 'partner', store?.code ?? place.groupCode).id
}

function found<T>(value: T | undefined, speaker: Speaker, where: string, instead: string | null = null): T {
  if (value !== undefined) return value
  throw new Complaint(`There is no ${speaker} at ${where}.${instead ? ` Try --as ${instead}.` : ''}`)
}
