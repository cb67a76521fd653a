import { randomUUID } from 'node:crypto'
import { type SealKey, type Subgraph, sealContext, systemActor } from '@autora/shared/actor'
import { loginRole, type RolePasswords, TenantDatabase, type TenantTx } from '@autora/shared/database'
import { asRole } from '../database/admin.js'

/** The database of the trail, with what opens it. */
export interface EvidenceSource {
  /** Connection string; its role and password are replaced. */
  readonly url: string
  readonly rolePasswords: RolePasswords
  readonly sealKey: SealKey
}

/**
 * The platform itself acts, as the role of a subgraph and in one transaction: what it does is in the trail like
 * everything else.
 */
export async function asPlatform<T>(
  { url, rolePasswords, sealKey }: EvidenceSource,
  subgraph: Subgraph,
  work: (tx: TenantTx) => Promise<T>,
): Promise<T> {
  const database = await TenantDatabase.open({
    url: asRole(url, loginRole(subgraph), rolePasswords[subgraph]),
    applicationName: 'autora-evidence',
    poolSize: 1,
  })
  const caller = { actor: systemActor, requestId: randomUUID() }
  try {
    return await database.write(sealContext(caller, subgraph, sealKey, Date.now() / 1000), work)
  } finally {
    await database.close()
  }
}
