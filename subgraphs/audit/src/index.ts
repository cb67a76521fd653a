import { join } from 'node:path'
import type { AuditSettings } from '@autora/shared/config'
import { readiness, TenantDatabase } from '@autora/shared/database'
import { type RunningSubgraph, securedSchema, serveSubgraph, subgraphSdl } from '@autora/shared/graphql'
import type { Clock } from '@autora/shared/request'
import { createLog, type Log } from '@autora/shared/telemetry'
import { LocalKeyWrapping, SubjectVault } from '@autora/shared/vault'
import { controlResolvers } from './controls/index.js'
import { denialRoutes } from './denials/index.js'
import { erasureResolvers } from './erasures/index.js'
import { eventResolvers } from './events/index.js'
import { exportResolvers, exportRoutes } from './exports/index.js'
import { flagResolvers } from './flags/index.js'
import { incidentResolvers } from './incidents/index.js'
import { legalHoldResolvers } from './legal-holds/index.js'
import { PublicLogSite } from './public-log/index.js'
import { receiptResolvers } from './receipts/index.js'
import { streamResolvers } from './streams/index.js'
import { supportActivityResolvers } from './support-activity/index.js'
import { timelineResolvers } from './timelines/index.js'
import { viewRoutes } from './view-as/index.js'

export { exportBundle, type OpenCommitments } from './evidence/index.js'
export { Flags } from './flags/index.js'
export { Followers } from './followers/index.js'
export { forgetProjections } from './forget-projections.js'
export {
  CheckpointFolder,
  Monitor,
  type MonitorFinding,
  MonitorMemory,
} from './monitor/index.js'
export { openValues } from './personal-fields/index.js'
export {
  ArchivedLeaves,
  ArchiveFault,
  checkArchive,
  type Manifest,
  type SealedFile,
  type SealedMonth,
  sealMonth,
} from './retention/index.js'
export { KeptEpoch, KeptHead, keysIn, originOf, Sequencer, Signer } from './sequencer/index.js'
export { startFollower } from './start-follower.js'
export { startSequencer } from './start-sequencer.js'
export { startWitness } from './start-witness.js'
export { TimelineFollower } from './timelines/index.js'
export { Witness } from './witness/index.js'

/** The schema text of this subgraph. */
export const auditSdl = (): string => subgraphSdl(join(__dirname))

const capabilitiesOf = (settings: AuditSettings) => [
  controlResolvers,
  eventResolvers,
  exportResolvers,
  erasureResolvers,
  incidentResolvers,
  flagResolvers,
  legalHoldResolvers,
  streamResolvers({
    key: settings.AUTORA_STREAM_KEY ?? null,
    allowsLoopback: settings.AUTORA_STREAM_LOOPBACK,
  }),
  receiptResolvers,
  supportActivityResolvers,
  timelineResolvers,
]

/** Personal values are kept under the keys of their persons. */
const vaultOf = (settings: AuditSettings): SubjectVault =>
  new SubjectVault(new LocalKeyWrapping(settings.AUTORA_VAULT_KEY, settings.AUTORA_VAULT_FURTHER_KEYS))

/** Starts the audit subgraph. @throws {Error} when the schema has an unguarded field or the database is away. */
export async function startAudit(
  settings: AuditSettings,
  { log = createLog('audit'), clock = { now: () => new Date() } }: { log?: Log; clock?: Clock } = {},
): Promise<RunningSubgraph> {
  const { schema } = securedSchema('audit', auditSdl(), capabilitiesOf(settings))
  const database = await TenantDatabase.open({
    url: settings.DATABASE_URL,
    applicationName: 'autora-audit',
    vault: vaultOf(settings),
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
      routes: { ...denialRoutes, ...exportRoutes, ...viewRoutes },
      site: new PublicLogSite(database, log),
      isReady: readiness(database, log),
      denialsPerMinute: settings.AUTORA_DENIALS_PER_MINUTE,
    },
    settings.AUTORA_HOST,
    settings.AUTORA_PORT,
  )
  return { ...running, close: async () => running.close().then(() => database.close()) }
}
