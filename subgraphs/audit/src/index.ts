import { join } from 'node:path'
import type { AuditSettings } from '@autora/shared/config'
import { readiness, TenantDatabase } from '@autora/shared/database'
import { type RunningSubgraph, securedSchema, serveSubgraph, subgraphSdl } from '@autora/shared/graphql'
import type { Clock } from '@autora/shared/request'
import { createLog, type Log } from '@autora/shared/telemetry'
import { denialRoutes } from './denials/index.js'
import { eventResolvers } from './events/index.js'
import { incidentResolvers } from './incidents/index.js'
import { supportActivityResolvers } from './support-activity/index.js'
import { viewRoutes } from './view-as/index.js'

export { exportBundle } from './evidence/index.js'
export {
  CheckpointFolder,
  Monitor,
  type MonitorFinding,
  MonitorMemory,
} from './monitor/index.js'
export { KeptEpoch, KeptHead, keysIn, originOf, Sequencer, Signer } from './sequencer/index.js'
export { startFollower } from './start-follower.js'
export { startSequencer } from './start-sequencer.js'
export { startWitness } from './start-witness.js'
export { Witness } from './witness/index.js'

/** The schema text of this subgraph. */
export const auditSdl = (): string => subgraphSdl(join(__dirname))

/** Starts the audit subgraph. @throws {Error} when the schema has an unguarded field or the database is away. */
export async function startAudit(
  settings: AuditSettings,
  { log = createLog('audit'), clock = { now: () => new Date() } }: { log?: Log; clock?: Clock } = {},
): Promise<RunningSubgraph> {
  const { schema } = securedSchema('audit', auditSdl(), [
    eventResolvers,
    incidentResolvers,
    supportActivityResolvers,
  ])
  const database = await TenantDatabase.open({
    url: settings.DATABASE_URL,
    applicationName: 'autora-audit',
    onConnectionError: (error) => log.error('database.connectionLost', error),
  })
  const running = await serveSubgraph(
    {
      name: 'audit',
      schema,
      database,
      hopKey: settings.AUTORA_HOP_KEY,
      log,
      clock,
      routes: { ...denialRoutes, ...viewRoutes },
      isReady: readiness(database, log),
    },
    settings.AUTORA_HOST,
    settings.AUTORA_PORT,
  )
  return { ...running, close: async () => running.close().then(() => database.close()) }
}
