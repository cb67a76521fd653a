import type { TenantTx } from '@autora/shared/database'
import type { LeadStore } from './entity.js'

/** What of a store a new lead needs, or null when the caller has no such store. */
export async function selectStore(tx: TenantTx, id: string): Promise<LeadStore | null> {
  const [store] = await tx.query<LeadStore>(
    `select s.id, s.legal_entity_id as "legalEntityId", s.country, s.sla_minutes as "slaMinutes"
       from identity.store s
      where s.id = $1`,
    [id],
  )
  return store ?? null
}

/** The code of a brand if there is such a brand, null otherwise. */
export async function selectBrand(tx: TenantTx, code: string): Promise<string | null> {
  const [brand] = await tx.query<{ code: string }>('select code from identity.brand where code = $1', [code])
  return brand?.code ?? null
}

/** Whether a person sells or governs in a store now. */
export async function worksIn(tx: TenantTx, storeId: string, personId: string): Promise<boolean> {
  const [answer] = await tx.query<{ works: boolean }>('select identity.works_in($1, $2) as works', [
    storeId,
    personId,
  ])
  return answer?.works === true
}
