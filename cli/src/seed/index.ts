import { hasDemo, seedDatabase } from '../database/seed.js'
import { externalTarget, requireTarget } from '../database/targets.js'
import { type Home, homeOf } from '../installation/home.js'
import { demoProfiles, readRecord, writeRecord } from '../installation/record.js'
import { readSecrets } from '../installation/secrets.js'
import { readKeyPepper } from '../installation/settings.js'
import { readArguments, readChoice } from '../terminal/arguments.js'
import type { Command, Surroundings } from '../terminal/command.js'
import { Complaint } from '../terminal/complaint.js'

const help = `Usage: autora seed [--profile XS|S]

Fills an empty database with the demo network: dealer groups, stores, people, leads, conversations, bookings.
All of it or nothing. Works on the embedded database of the installation that runs here, or on DATABASE_URL together
with AUTORA_KEY_PEPPER and AUTORA_PROFILE=development.

  --profile  XS: 2 groups, 500 leads, for tests; S (default): 6 groups, 60 000 leads`

/** `autora seed`: demo data for an empty database, never in production. */
export const seedCommand: Command = {
  help,
  async run(args, on) {
    const { values } = readArguments('seed', args, { profile: { type: 'string', default: 'S' } })
    const profile = readChoice('--profile', values.profile, demoProfiles)
    const home = homeOf(on.environment)
    refuseProduction(on)
    const target = requireTarget(on.environment, home)
    if (await hasDemo(target))
      throw new Complaint('The database holds a demo network already. Nothing was changed.')
    const keyPepper = pepperFor(on, home)
    const rows = await seedDatabase(target, { profile, keyPepper, onProgress: on.err })
    const record = readRecord(home)
    if (record && !externalTarget(on.environment)) writeRecord(home, { ...record, demo: profile })
    on.out(`Seeded the demo network ${profile}: ${rows} rows.`)
    return 0
  },
}

/** Unset means production for a database of somebody's own; the embedded one is development by its nature. */
function refuseProduction({ environment }: Surroundings): void {
  const profile = environment.AUTORA_PROFILE || (externalTarget(environment) ? 'production' : 'development')
  if (profile === 'development') return
  throw new Complaint(
    'Demo data does not go into production. For a database of your own set AUTORA_PROFILE=development.',
  )
}

function pepperFor({ environment }: Surroundings, home: Home): Buffer {
  const secrets = externalTarget(environment) ? null : readSecrets(home)
  return secrets ? Buffer.from(secrets.keyPepper, 'hex') : readKeyPepper(environment)
}
