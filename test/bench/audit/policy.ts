import { withClient } from '@autora/shared/database'
import { type EvidencePolicy, parsePolicy } from '@autora/shared/evidence'
import { benchKeys } from './keys.js'

/** Seconds between two witnessed checkpoints that the policy of the benchmark allows: the sequencer rests in between. */
export const WINDOW_SECONDS = 3_600

/** A policy that believes the log of the benchmark about one tenant. */
export const benchPolicy = (adminUrl: string, tenantId: string): Promise<EvidencePolicy> =>
  withClient(adminUrl, async (db) => {
    const { rows } = await db.query<{ slot: number }>('select slot from audit.slot where tenant_id = $1', [
      tenantId,
    ])
    return parsePolicy(
      [
        `log ${benchKeys.log.public}`,
        `witness ${benchKeys.witness.public}`,
        'quorum 1',
        `window ${WINDOW_SECONDS}`,
        `tenant ${tenantId} ${rows[0]?.slot}`,
      ].join('\n'),
    )
  })
