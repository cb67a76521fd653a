import { randomUUID } from 'node:crypto'
import { type SealKey, type Subgraph, sealContext, systemActor } from '@autora/shared/actor'
import {
  loginRole,
  type RolePasswords,
  SystemDatabase,
  TenantDatabase,
  type TenantTx,
} from '@autora/shared/database'
import { asRole } from './admin.js'

/** A database of the platform, with what opens it. */
export interface PlatformSource {
  /** Connection string; its role and password are replaced. */
  readonly url: string
  readonly rolePasswords: RolePasswords
  readonly sealKey: SealKey
}

/**
 * The platform itself acts, in one transaction with a sealed context of its own.
 *
 * @param work - what it does; `renew` seals the context anew, for work that may outlive a seal (15 s).
 */
export async function asPlatform<T>(
  { url, rolePasswords, sealKey }: PlatformSource,
  subgraph: Subgraph,
  work: (tx: TenantTx, renew: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const database = await TenantDatabase.open({
    url: asRole(url, loginRole(subgraph), rolePasswords[subgraph]),
    applicationName: 'autora-cli',
    poolSize: 1,
  })
  const caller = { actor: systemActor, requestId: randomUUID() }
  const seal = () => sealContext(caller, subgraph, sealKey, Date.now() / 1000)
  try {
    return await database.write(seal(), (tx) =>
      work(tx, async () => {
        await tx.query(`select set_config('autora.context', $1, true)`, [seal()])
      }),
    )
  } finally {
    await database.close()
  }
}

/** With the auditor's role: it sees every event of the trail and every leaf, and no row of anything else. */
export async function withTrail<T>(
  { url, rolePasswords }: PlatformSource,
  work: (database: SystemDatabase) => Promise<T>,
): Promise<T> {
  const database = await SystemDatabase.open({
    url: asRole(url, loginRole('auditor'), rolePasswords.auditor),
    applicationName: 'autora-cli',
    onLost: () => undefined, // told by the query that runs into it
  })
  try {
    // a month is read from end to end, which takes as long as it takes
    await database.query('set statement_timeout = 0')
    return await work(database)
  } finally {
    await database.close()
  }
}
