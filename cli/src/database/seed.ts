import { keyMac } from '@autora/shared/api-key'
import { type DemoProfile, isSeeded, seedDemo } from '../demo/index.js'
import { Complaint } from '../terminal/complaint.js'
import type { AdminTarget } from './admin.js'

/** What the demo network is made with. */
export interface Seeding {
  readonly profile: DemoProfile
  /** The installation's pepper: without the same one no demo key opens anything. */
  readonly keyPepper: Buffer
  /** Told what was loaded. */
  readonly onProgress?: (line: string) => void
}

/**
 * Fills an empty database with the demo network.
 * @returns number of rows.
 * @throws {Complaint} when the schema is missing, or dealer groups are there already.
 */
export async function seedDatabase(target: AdminTarget, seeding: Seeding): Promise<number> {
  try {
    const { totalRows } = await seedDemo({
      adminUrl: target.url,
      profile: seeding.profile,
      apiKeyMac: (secret) => keyMac(seeding.keyPepper, secret),
      now: new Date(),
      ...(seeding.onProgress && { onProgress: seeding.onProgress }),
    })
    return totalRows
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    if (code === '42P01' || code === '3F000' || code === '42704')
      throw new Complaint('The database has no schema yet. Run autora migrate first.', { cause: error })
    if (typeof message === 'string' && message.startsWith('The database holds dealer groups'))
      throw new Complaint(message, { cause: error })
    throw error
  }
}

/** Whether a demo network is there. */
export const hasDemo = (target: AdminTarget): Promise<boolean> => isSeeded(target.url)
