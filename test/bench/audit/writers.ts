import { recordAudit } from '@autora/shared/audit'
import type { TenantDatabase } from '@autora/shared/database'
import { encodeId } from '@autora/shared/request'
import { actorOf, sealFor } from '../../kit/direct-call.js'
import { ROWS } from './stage.js'

/** What a write is. */
export type WriteKind = 'PLAIN' | 'AUDITED'

/** One run of writers that begin the next write as soon as the last one is committed. */
export interface WriteOrder {
  readonly database: TenantDatabase
  readonly kind: WriteKind
  readonly tenantIds: readonly string[]
  readonly connections: number
  readonly seconds: number
}

const SEAL_LIFE_MS = 5_000

/** Contexts as the gateway seals them; one is used for some requests, as within one request here. */
class Seals {
  private readonly kept = new Map<string, { readonly seal: string; readonly until: number }>()

  of(tenantId: string): string {
    const known = this.kept.get(tenantId)
    if (known && known.until > performance.now()) return known.seal
    const actor = actorOf('DEALER_ADMIN', { tenantId, reach: 'TENANT' })
    const seal = sealFor(actor, 'dealer_ops')
    this.kept.set(tenantId, { seal, until: performance.now() + SEAL_LIFE_MS })
    return seal
  }
}

const seals = new Seals()
const assigneeId = encodeId('User', 'aaaaaaaa-0000-4000-8000-000000000001')

async function write({ database, kind }: WriteOrder, tenantId: string, row: number): Promise<void> {
  const table = kind === 'PLAIN' ? 'bench.plain' : 'bench.audited'
  await database.write(seals.of(tenantId), async (tx) => {
    await tx.query(`update ${table} set n = n + 1 where tenant_id = $1 and id = $2`, [tenantId, row])
    if (kind === 'AUDITED')
      await recordAudit(tx, 'lead.assigned', {
        targetId: tenantId,
        storeId: null,
        detail: { assigneeId, previousAssigneeId: null, status: 'ASSIGNED' },
      })
  })
}

/** Writes per second. Each writer has rows of its own. */
export async function writesPerSecond(order: WriteOrder): Promise<number> {
  const { tenantIds, connections, seconds } = order
  const begin = performance.now()
  const end = begin + seconds * 1000
  let done = 0
  const writer = async (number: number) => {
    for (let turn = number; performance.now() < end; turn += 1) {
      await write(order, tenantIds[turn % tenantIds.length] ?? '', 1 + (number % ROWS))
      done += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, number) => writer(number)))
  return (done * 1000) / (performance.now() - begin)
}
