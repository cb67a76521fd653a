import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { createLog, type Log } from '@autora/shared/telemetry'
import { formatVerifierKey, signatureKinds, signerKey } from '@autora/shared/tlog'
import { type Follower, Followers } from '../../subgraphs/audit/src/followers/index.js'
import { KeptHead, Sequencer, Signer } from '../../subgraphs/audit/src/sequencer/index.js'
import { TimelineFollower } from '../../subgraphs/audit/src/timelines/index.js'
import {
  askOverHttp,
  type RunningWitness,
  serveWitness,
  Witness,
} from '../../subgraphs/audit/src/witness/index.js'
import { roleUrlOf } from './database.js'

const logKey = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const witnessKeys = [2, 3].map((n) =>
  signerKey(`witness.test/w${n}`, signatureKinds.cosignature, Buffer.alloc(32, n)),
)

/** What makes the log of a database, running: a sequencer, two witnesses, and followers if there are any. */
export interface RunningTrail {
  /** Everything that sequencer and followers logged. */
  readonly logLines: readonly string[]
  /**
   * Waits until every event that is written now has its place under a checkpoint that both witnesses saw, and every
   * follower took it.
   */
  settled(): Promise<void>
  /** A policy that believes this log about one tenant. @param window - in seconds. */
  policy(tenantId: string, window?: number): Promise<string>
  close(): Promise<void>
}

const sleep = () => new Promise((resolve) => setTimeout(resolve, 25))

const openEvents = `
  select (select count(*)::int from audit.event e where not exists (
            select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id)) as open,
         (select max(number) + 1 from audit.batch) is distinct from (select max(size) from audit.checkpoint) as behind,
         (select coalesce(min(coalesce(f.batch, -1)), 1e18) from unnest($1::text[]) n (name)
            left join audit.follower f using (name)) < (select max(batch) from audit.leaf) as following`

const startWitnesses = (folder: string, log: Log): Promise<RunningWitness[]> =>
  Promise.all(
    witnessKeys.map((key) => {
      const witness = new Witness(key, logKey, new KeptHead(join(folder, key.id)), () => new Date())
      return serveWitness(witness, { host: '127.0.0.1', port: 0, log })
    }),
  )

const untilSettled = (adminUrl: string, followers: readonly string[]): Promise<void> =>
  withClient(adminUrl, async (db) => {
    for (;;) {
      const { rows } = await db.query<{ open: number; behind: boolean; following: boolean }>(openEvents, [
        followers,
      ])
      if (rows[0]?.open === 0 && !rows[0].behind && !rows[0].following) return
      await sleep()
    }
  })

const policyFor = (adminUrl: string, tenantId: string, window: number): Promise<string> =>
  withClient(adminUrl, async (db) => {
    const slots = await db.query<{ slot: number }>('select slot from audit.slot where tenant_id = $1', [
      tenantId,
    ])
    return [
      `log ${formatVerifierKey(logKey)}`,
      ...witnessKeys.map((key) => `witness ${formatVerifierKey(key)}`),
      'quorum 2',
      `window ${window}`,
      `tenant ${tenantId} ${slots.rows[0]?.slot ?? 0}`,
    ].join('\n')
  })

/**
 * Starts what makes the log beside a world's database, with the roles of their own. Close it before the world.
 * @param adminUrl - of the database; `world.adminUrl`.
 * @param followers - what to make from the log; default: timelines.
 */
export async function startTrail(
  adminUrl: string,
  followers: readonly Follower[] = [new TimelineFollower()],
): Promise<RunningTrail> {
  const folder = mkdtempSync(join(tmpdir(), 'autora-'))
  const logLines: string[] = []
  const log = createLog('trail', (line) => logLines.push(line))
  const witnesses = await startWitnesses(folder, log)
  const sequencer = new Sequencer({
    url: roleUrlOf(adminUrl, 'sequencer'),
    signer: new Signer(logKey, new KeptHead(join(folder, 'signed'))),
    witnesses: witnesses.map(({ url }, n) => askOverHttp({ url, key: witnessKeys[n] ?? logKey }, log)),
    log,
  })
  const following = new Followers(followers, { url: roleUrlOf(adminUrl, 'follower'), log })
  sequencer.start()
  following.start()
  const names = followers.map(({ name }) => name)
  await untilSettled(adminUrl, names) // the demo network's events are old: until they are sequenced the log is behind
  return {
    logLines,
    settled: () => untilSettled(adminUrl, names),
    policy: (tenantId, window = 60) => policyFor(adminUrl, tenantId, window),
    async close() {
      await Promise.all([following.stop(), sequencer.stop()])
      await Promise.all(witnesses.map((witness) => witness.close()))
      rmSync(folder, { recursive: true })
    },
  }
}
