import { forgetProjections } from '@autora/audit'
import { loginRole } from '@autora/shared/database'
import { asRole } from '../database/admin.js'
import { requireTarget } from '../database/targets.js'
import { homeOf } from '../installation/home.js'
import { preparationFor } from '../installation/preparation.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { UsageError } from '../terminal/complaint.js'

const help = `Usage: autora trail rebuild

Forgets the timelines and the tree nodes that were made from the log; the follower that runs makes them anew. Events, log
and proofs are not touched, and until then timelines are short and receipts take a moment longer.

Without settings it works on the installation that runs here. Elsewhere it needs those of autora migrate.`

/** `autora trail rebuild`: for projections that are in doubt. */
export const trailCommand: Command = {
  help,
  async run(args, on) {
    const [word] = readArguments('trail', args, {}, 1).positionals
    if (word !== 'rebuild')
      throw new UsageError('What about the trail? Only rebuild is known: autora trail rebuild.')
    const home = homeOf(on.environment)
    const { url } = requireTarget(on.environment, home)
    const { rolePasswords } = preparationFor(on.environment, home)
    await forgetProjections(asRole(url, loginRole('follower'), rolePasswords.follower))
    on.out('The timelines are forgotten; the follower makes them anew.')
    return 0
  },
}
