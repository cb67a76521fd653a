import { SystemDatabase } from '@autora/shared/database'
import { forgetTimelines } from './timelines/index.js'

/**
 * Forgets what the followers made for reading, and their place, in one transaction: a running follower makes it anew.
 * @param url - connection string of the role autora_follower.
 */
export async function forgetProjections(url: string): Promise<void> {
  const database = await SystemDatabase.open({
    url,
    applicationName: 'autora-trail',
    onLost: () => undefined, // the statement that runs fails, and says so
  })
  try {
    await database.write(forgetTimelines)
  } finally {
    await database.close()
  }
}
