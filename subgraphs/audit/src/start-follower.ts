import { join } from 'node:path'
import type { FollowerSettings } from '@autora/shared/config'
import { subgraphSdl } from '@autora/shared/graphql'
import { fieldRules } from '@autora/shared/schema'
import { createLog, type Log } from '@autora/shared/telemetry'
import { parseVerifierKey, readLogKeys } from '@autora/shared/tlog'
import { parse } from 'graphql'
import { ControlProber, type ProbeTargets } from './controls/index.js'
import { Flags } from './flags/index.js'
import { Followers } from './followers/index.js'
import { type RunningProcess, serveHealth } from './health.js'
import { StreamSender } from './streams/index.js'
import { TimelineFollower } from './timelines/index.js'

/** What the settings say about the things that are checked. @throws {TlogError} when a key is none. */
const targetsOf = (settings: FollowerSettings): ProbeTargets => ({
  publicUrl: settings.AUTORA_PUBLIC_URL ?? null,
  issuer: settings.AUTORA_ISSUER ?? null,
  unsealedUrl: settings.AUTORA_UNSEALED_DATABASE_URL ?? null,
  keys: settings.AUTORA_LOG
    ? {
        log: readLogKeys(settings.AUTORA_LOG),
        witnesses: settings.AUTORA_WITNESSES.map(({ key }) => parseVerifierKey(key)),
      }
    : null,
  coverage: fieldRules(parse(subgraphSdl(join(__dirname)))),
  isDevelopment: settings.AUTORA_PROFILE === 'development',
})

/** Who sends streams; null where none are sent. */
function senderOf(settings: FollowerSettings, log: Log): StreamSender | null {
  const { DATABASE_URL: url, AUTORA_STREAM_KEY: key, AUTORA_STREAM_LOOPBACK: allowsLoopback } = settings
  return key ? new StreamSender({ url, key, allowsLoopback, log }) : null
}

/**
 * Starts the process of the followers, which also checks the security controls and sends streams, with `GET /health/live` and
 * `/health/ready`. Ready is one that works, or waits for the one that does.
 */
export async function startFollower(
  settings: FollowerSettings,
  { log = createLog('follower') }: { log?: Log } = {},
): Promise<RunningProcess> {
  const url = settings.DATABASE_URL
  const followers = new Followers([new TimelineFollower(), new Flags()], { url, log })
  const prober = new ControlProber({ url, targets: targetsOf(settings), log })
  const sender = senderOf(settings, log)
  const isReady = () => followers.isReady && prober.isReady
  const health = await serveHealth(settings.AUTORA_HOST, settings.AUTORA_PORT, isReady)
  followers.start()
  prober.start()
  sender?.start()
  return {
    url: health.url,
    async close() {
      await Promise.all([followers.stop(), prober.stop(), sender?.stop()])
      await health.close()
    },
  }
}
