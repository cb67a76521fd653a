import type { TenantTx } from '@autora/shared/database'
import type { OnboardingFacts } from './entity.js'

/** What is known about how far some dealer groups are set up: one statement, however many there are. */
export const findOnboardingFacts = (tx: TenantTx, tenantIds: readonly string[]) =>
  tx.query<OnboardingFacts>(
    `select f.tenant_id as "tenantId",
            f.legal_entities as "legalEntities",
            f.complete_entities as "completeEntities",
            f.stores,
            f.configured_stores as "configuredStores",
            f.stores_without_sales as "storesWithoutSales",
            f.admins,
            f.admins_with_mfa as "adminsWithMfa",
            f.has_policy as "hasPolicy",
            f.api_keys as "apiKeys"
       from identity.onboarding_facts($1::uuid[]) f
       join identity.dealer_group g on g.tenant_id = f.tenant_id`,
    [tenantIds],
  )
