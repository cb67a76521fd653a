import type { PartnerScope } from '@autora/shared/access'
import {
  type DemoApiKey,
  type DemoNetwork,
  type DemoPartnerApp,
  type DemoStore,
  groupBy,
  seedOf,
} from './network-shape.js'
import { uuidOf } from './random.js'

type Places = Pick<DemoNetwork, 'profile' | 'groups' | 'legalEntities' | 'stores'>

const everyKey: readonly PartnerScope[] = ['leads:create', 'leads:read.own', 'customers:read']
const fullKey: readonly PartnerScope[] = [
  ...everyKey,
  'pii:contact',
  'appointments:read',
  'messages:read.own',
  'metrics:read',
]

/**
 * One application per group with one key per store. The first store of the first group has three keys more: one with
 * every scope of the demo, an expired one and a revoked one.
 */
export function partnersOf(places: Places): { partnerApps: DemoPartnerApp[]; apiKeys: DemoApiKey[] } {
  const seed = seedOf(places.profile)
  const stores = groupBy(places.stores, (store) => store.groupId)
  const partnerApps = places.groups.flatMap((group): DemoPartnerApp[] => {
    const entity = places.legalEntities.find((one) => one.groupId === group.id)
    const id = uuidOf(`${seed}/group/${group.code}/app/automarket-leads`)
    return entity ? [{ id, groupId: group.id, legalEntityId: entity.id, name: 'AutoMarket Leads' }] : []
  })
  const apiKeys = partnerApps.flatMap((app) =>
    (stores.get(app.groupId) ?? []).map((store) => keyOf(seed, app, store, 'STORE')),
  )
  const [firstApp, firstStore] = [partnerApps[0], places.stores[0]]
  if (firstApp && firstStore)
    apiKeys.push(
      { ...keyOf(seed, firstApp, firstStore, 'FULL'), scopes: fullKey },
      { ...keyOf(seed, firstApp, firstStore, 'EXPIRED'), createdDaysAgo: 300, expiresInDays: -30 },
      { ...keyOf(seed, firstApp, firstStore, 'REVOKED'), revokedDaysAgo: 10 },
    )
  return { partnerApps, apiKeys }
}

const words = { STORE: 'leads', FULL: 'all scopes', EXPIRED: 'expired', REVOKED: 'revoked' } as const

const keyOf = (
  seed: string,
  app: DemoPartnerApp,
  store: DemoStore,
  kind: DemoApiKey['kind'],
): DemoApiKey => ({
  id: uuidOf(`${seed}/store/${store.code}/key/${kind}`),
  groupId: app.groupId,
  appId: app.id,
  kind,
  label: `${app.name}, ${words[kind]}: ${store.code}`,
  scopes: everyKey,
  storeIds: [store.id],
  createdDaysAgo: 190,
  expiresInDays: 170,
  revokedDaysAgo: null,
})
