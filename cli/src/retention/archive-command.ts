import { requireTarget } from '../database/targets.js'
import { homeOf } from '../installation/home.js'
import { preparationFor } from '../installation/preparation.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { UsageError } from '../terminal/complaint.js'
import { readMonth } from './month.js'
import { sealAndTell } from './seal.js'

const help = `Usage: autora archive --month YYYY-MM --out <folder>

Seals a month of the audit trail of all dealer groups (UTC) into <folder>/YYYY-MM: one file for each group with every
event exactly as it was hashed, and manifest.json with their sums and the checkpoint they are under. All of it is read
back and compared with the log. That it was sealed is an event in the trail of each group.

  --month   a month that is over
  --out     the folder of all months; keep it where nobody can change it, and in two places

Without settings it works on the installation that runs here. Elsewhere it needs those of autora migrate.`

const options = { month: { type: 'string' }, out: { type: 'string' } } as const

/** `autora archive`: a month of the trail, sealed. */
export const archiveCommand: Command = {
  help,
  async run(args, on) {
    const { values } = readArguments('archive', args, options)
    const month = readMonth(values.month)
    if (!values.out) throw new UsageError('Where to? --out <folder>.')
    const home = homeOf(on.environment)
    const { url } = requireTarget(on.environment, home)
    const { rolePasswords, sealKey } = preparationFor(on.environment, home)
    const { manifest } = await sealAndTell({ url, rolePasswords, sealKey }, month, values.out)
    const events = manifest.files.reduce((sum, { entries }) => sum + entries, 0)
    on.out(
      `${values.out}/${month}: ${events.toLocaleString('en')} events of ${manifest.files.length} groups, read back and compared with the log`,
    )
    return 0
  },
}
