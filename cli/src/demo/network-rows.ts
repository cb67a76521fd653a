import { PLATFORM_TENANT } from '@autora/shared/actor'
import { type EventName, events } from '@autora/shared/audit'
import { demoApiKey, demoSecret } from './api-key-text.js'
import { day } from './arrival-times.js'
import type { AuditTrail } from './audit-events.js'
import { putBilling } from './billing.js'
import type { RowSink } from './copy-rows.js'
import { demoPasswordHash } from './demo-password.js'
import type { DemoApiKey, DemoMembership, DemoNetwork, DemoUser } from './network-shape.js'
import { uuidOf } from './random.js'

/** Computes the HMAC-SHA-256 of a presented secret under the installation's pepper: 32 bytes. */
export type ApiKeyMac = (secret: string) => Buffer

const foundedDaysAgo = 401
const employedDaysAgo = 400

/** Tells the trail who founded the platform and brought the groups onto it. */
export function tellFoundation(trail: AuditTrail, network: DemoNetwork, now: number): void {
  const owner = network.memberships.find((one) => one.role === 'PLATFORM_OWNER')
  const tell = (tenantId: string, action: EventName, detail: Record<string, string>) =>
    trail.add({
      at: now - foundedDaysAgo * day,
      tenantId,
      storeId: null,
      actorId: owner?.userId ?? PLATFORM_TENANT,
      principal: 'PLATFORM_OWNER',
      action,
      targetType: events[action],
      targetId: tenantId,
      detail,
    })
  tell(PLATFORM_TENANT, 'platform.founded', {})
  for (const { id, code } of network.groups) tell(id, 'dealerGroup.created', { code })
}

/** Writes groups, legal entities, stores, people, policies and partner keys. */
export function putNetwork(sink: RowSink, network: DemoNetwork, now: number, apiKeyMac: ApiKeyMac): void {
  putPlaces(sink, network, new Date(now - foundedDaysAgo * day))
  putPeople(sink, network, now)
  putPartners(sink, network, now, apiKeyMac)
  putBilling(sink, network, now)
}

function putPlaces(sink: RowSink, network: DemoNetwork, created_at: Date): void {
  for (const group of network.groups) {
    const { id, code, name, kind, parentId } = group
    sink.put('identity.dealer_group', {
      ...{ tenant_id: id, code, name, kind, parent_tenant_id: parentId, created_at },
    })
    sink.put('identity.access_policy_version', {
      tenant_id: id,
      version: 1,
      marketing_contact: group.marketingContactMasked ? 'MASKED' : 'REDACTED',
      ...{ effective_from: created_at, published_at: created_at, published_by: null },
    })
  }
  for (const entity of network.legalEntities)
    sink.put('identity.legal_entity', {
      tenant_id: entity.groupId,
      id: entity.id,
      name: entity.name,
      registration_number: entity.registrationNumber,
      information_officer: entity.informationOfficer,
      officer_registration_ref: `IO-DEMO-${entity.id.slice(0, 8)}`,
      country: entity.country,
    })
  putStores(sink, network)
}

function putStores(sink: RowSink, network: DemoNetwork): void {
  for (const store of network.stores) {
    const { id, code, name, city, country, timezone, status } = store
    sink.put('identity.store', {
      tenant_id: store.groupId,
      ...{ id, code, name, city, country, timezone, status },
      legal_entity_id: store.legalEntityId,
      sla_minutes: store.slaMinutes,
      routing: 'ROUND_ROBIN',
    })
    for (const brand_code of store.brands)
      sink.put('identity.store_brand', { tenant_id: store.groupId, store_id: id, brand_code })
  }
}

function putPeople(sink: RowSink, network: DemoNetwork, now: number): void {
  const employedAt = new Date(now - employedDaysAgo * day)
  for (const user of network.users) {
    const account_id = user.status === 'ACTIVE' ? putAccount(sink, user, employedAt) : null
    sink.put('identity.user_account', {
      tenant_id: user.tenantId,
      id: user.id,
      display_name: user.displayName,
      email: user.email,
      mobile: user.mobile,
      status: user.status,
      created_at: employedAt,
      account_id,
    })
  }
  for (const one of network.memberships)
    sink.put('identity.membership', {
      tenant_id: one.tenantId,
      id: one.id,
      user_id: one.userId,
      role: one.role,
      store_id: one.storeId,
      valid_from: employedAt,
      valid_to: endOf(one, now),
      granted_by: null,
    })
}

/** Who is active can sign in, with the password of the demo; platform staff set up a second factor the first time. */
function putAccount(sink: RowSink, user: DemoUser, created_at: Date): string {
  const id = uuidOf(`${user.id}/account`)
  sink.put('issuer.account', {
    id,
    email: user.email,
    password_hash: demoPasswordHash,
    created_at,
  })
  return id
}

const endOf = (membership: DemoMembership, now: number) =>
  membership.endedDaysAgo === null ? 'infinity' : new Date(now - membership.endedDaysAgo * day)

function putPartners(sink: RowSink, network: DemoNetwork, now: number, apiKeyMac: ApiKeyMac): void {
  for (const app of network.partnerApps)
    sink.put('identity.partner_app', {
      tenant_id: app.groupId,
      id: app.id,
      legal_entity_id: app.legalEntityId,
      name: app.name,
      created_at: new Date(now - employedDaysAgo * day),
    })
  for (const key of network.apiKeys) putKey(sink, network, key, now, apiKeyMac)
}

/** Demo keys may send as much as a key can: measurements and tests are done with them. */
const demoRate = { rate_per_second: 1_000, rate_per_day: 10_000_000 } as const

function putKey(
  sink: RowSink,
  network: DemoNetwork,
  key: DemoApiKey,
  now: number,
  apiKeyMac: ApiKeyMac,
): void {
  const secret = demoSecret(key.id)
  const admin = network.memberships.find(
    ({ tenantId, role, storeId, endedDaysAgo }) =>
      tenantId === key.groupId && role === 'DEALER_ADMIN' && storeId === null && endedDaysAgo === null,
  )
  sink.put('identity.api_key', {
    tenant_id: key.groupId,
    id: key.id,
    app_id: key.appId,
    label: key.label,
    secret_mac: apiKeyMac(secret),
    last_four: demoApiKey(key.id).slice(-4),
    scopes: key.scopes,
    store_ids: key.storeIds,
    purpose: 'SALES_ENQUIRY',
    created_by: admin?.userId ?? null,
    created_at: new Date(now - key.createdDaysAgo * day),
    expires_at: new Date(now + key.expiresInDays * day),
    revoked_at: key.revokedDaysAgo === null ? null : new Date(now - key.revokedDaysAgo * day),
    ...demoRate,
  })
}
