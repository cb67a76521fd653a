import { exportBundle } from '@autora/audit'
import { SystemDatabase } from '@autora/shared/database'
import { parsePolicy, type Verdict, verifyBundle } from '@autora/shared/evidence'
import { roleUrlOf } from './database.js'
import { type RunningTrail, startTrail } from './trail.js'

const WINDOW_SECONDS = 600

/** A log and witnesses over the trail of a database, and an outsider who asks them. */
export interface TrailLog extends Pick<RunningTrail, 'settled' | 'close'> {
  /** What an outsider says about the trail of a dealer group, with nothing but its bundle and pinned keys. */
  verdict(tenantId: string): Promise<Verdict>
}

/** Puts the events of a database into a log. Close it at the end. */
export async function startTrailLog(adminUrl: string): Promise<TrailLog> {
  const trail = await startTrail(adminUrl, [])
  const reader = await SystemDatabase.open({
    url: roleUrlOf(adminUrl, 'sequencer'),
    applicationName: 'test',
    onLost: () => undefined,
  })
  return {
    settled: () => trail.settled(),
    async verdict(tenantId) {
      const policy = parsePolicy(await trail.policy(tenantId, WINDOW_SECONDS))
      const lines: string[] = []
      for await (const line of exportBundle(reader, tenantId, WINDOW_SECONDS)) lines.push(line)
      return verifyBundle(lines, policy, new Date())
    },
    async close() {
      await reader.close()
      await trail.close()
    },
  }
}
