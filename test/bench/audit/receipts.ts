import { Followers, startAudit, TimelineFollower } from '@autora/audit'
import { hopKey } from '@autora/shared/actor'
import { withClient } from '@autora/shared/database'
import { verifyReceipt } from '@autora/shared/evidence'
import { createLog } from '@autora/shared/telemetry'
import { roleUrlOf } from '../../kit/database.js'
import { actorOf, callDirectly } from '../../kit/direct-call.js'
import { testKeys } from '../../kit/secrets.js'
import { spreadOf, table } from './figures.js'
import { benchPolicy } from './policy.js'
import type { AuditStage } from './stage.js'

/** How many receipts are asked for, one after the other. */
const RECEIPTS = 200

const subgraphOver = (adminUrl: string) =>
  startAudit({
    AUTORA_PROFILE: 'production',
    AUTORA_HOST: '127.0.0.1',
    AUTORA_PORT: 0,
    DATABASE_URL: roleUrlOf(adminUrl, 'audit'),
    AUTORA_HOP_KEY: hopKey(testKeys.hopSecret, 'audit'),
    AUTORA_VAULT_KEY: testKeys.vault,
    AUTORA_VAULT_FURTHER_KEYS: [],
    AUTORA_STREAM_LOOPBACK: false,
  })

/** The inner hashes of the trees that proofs are made from are a projection: it has to be there before it is measured. */
async function follow(adminUrl: string): Promise<void> {
  const log = createLog('follower', () => undefined)
  const followers = new Followers([new TimelineFollower()], { url: roleUrlOf(adminUrl, 'follower'), log })
  followers.start()
  await withClient(adminUrl, async (db) => {
    const ask = `select (select min(batch) from audit.follower) >= (select max(batch) from audit.leaf) as "isThere"`
    while (!(await db.query<{ isThere: boolean | null }>(ask)).rows[0]?.isThere)
      await new Promise((resolve) => setTimeout(resolve, 100))
  })
  await followers.stop()
}

/** Events all over the tenant's tree. */
const someEvents = (adminUrl: string, tenantId: string): Promise<string[]> =>
  withClient(adminUrl, async (db) => {
    const { rows } = await db.query<{ id: string }>(
      `select event_id::text as id from audit.leaf
        where tenant_id = $1 and index % greatest((select count(*) from audit.leaf where tenant_id = $1) / $2, 1) = 0
        order by index limit $2`,
      [tenantId, RECEIPTS],
    )
    return rows.map(({ id }) => id)
  })

interface Measured {
  readonly bytes: number
  readonly proofBytes: number
  readonly madeMs: number
  readonly verifiedMs: number
}

/** Receipts of one tenant: their size, and the time to make one over HTTP and to verify it. */
export async function receiptCost(stage: AuditStage, tenantId: string): Promise<string> {
  const policy = await benchPolicy(stage.adminUrl, tenantId)
  await follow(stage.adminUrl)
  const audit = await subgraphOver(stage.adminUrl)
  const actor = actorOf('DEALER_ADMIN', { tenantId, reach: 'TENANT' })
  const measured: Measured[] = []
  try {
    for (const id of await someEvents(stage.adminUrl, tenantId)) {
      const begin = performance.now()
      const query = `{ auditReceipt(eventId: "${id}") { text proof } }`
      const answer = JSON.parse((await callDirectly(audit.url, { audience: 'audit', actor }, query)).text)
      const made = performance.now()
      const { text, proof } = answer.data.auditReceipt as { text: string; proof: string }
      const verdict = verifyReceipt(text, policy)
      const verifiedMs = performance.now() - made
      if (verdict.verdict !== 'VERIFIED') throw new Error(`a receipt is ${verdict.verdict}: ${verdict.why}`)
      const sizes = { bytes: Buffer.byteLength(text), proofBytes: Buffer.byteLength(proof) }
      measured.push({ ...sizes, madeMs: made - begin, verifiedMs })
    }
  } finally {
    await audit.close()
  }
  return report(measured)
}

function report(measured: readonly Measured[]): string {
  const median = (of: keyof Measured) => spreadOf(measured.map((one) => one[of])).median
  return table(
    ['receipts', 'bytes', 'of them proof', 'made in ms', 'verified in ms'],
    [
      [
        String(measured.length),
        median('bytes').toFixed(0),
        median('proofBytes').toFixed(0),
        median('madeMs').toFixed(1),
        median('verifiedMs').toFixed(2),
      ],
    ],
  )
}
