import type { FollowerSettings } from '@autora/shared/config'
import { createLog, type Log } from '@autora/shared/telemetry'
import { Followers } from './followers/index.js'
import { type RunningProcess, serveHealth } from './health.js'

/**
 * Starts the process of the followers with `GET /health/live` and `/health/ready`. Ready is one that works, or waits for
 * the one that does.
 */
export async function startFollower(
  settings: FollowerSettings,
  { log = createLog('follower') }: { log?: Log } = {},
): Promise<RunningProcess> {
  const followers = new Followers([], { url: settings.DATABASE_URL, log })
  const health = await serveHealth(settings.AUTORA_HOST, settings.AUTORA_PORT, () => followers.isReady)
  followers.start()
  return {
    url: health.url,
    async close() {
      await followers.stop()
      await health.close()
    },
  }
}
