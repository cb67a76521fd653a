import { requireTarget } from '../database/targets.js'
import { trusteesOf } from '../evidence/index.js'
import { homeOf } from '../installation/home.js'
import { preparationFor } from '../installation/preparation.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { dropMonth, outlookOn } from './drop.js'
import { readMonth } from './month.js'
import { reread } from './seal.js'

const help = `Usage: autora prune --month YYYY-MM [--archive <folder>] [--yes]

Says what of the audit trail would be dropped with a month, and what forbids it. With --yes it is dropped when nothing
does: the month is over, the longest retention class of its events has ended, every event is in the log and under a
checkpoint that the witnesses signed, an archive of the month agrees with the log, and no legal hold keeps it. Proofs
stay valid; autora evidence takes the dropped events from the archive. That it was dropped is an event.

  --month     the month; the part of the trail before the first month goes by its last
  --archive   the folder of autora archive: its files are read and compared once more
  --yes       drop it

Without settings it works on the installation that runs here. Elsewhere it needs those of autora evidence.`

const options = {
  month: { type: 'string' },
  archive: { type: 'string' },
  yes: { type: 'boolean', default: false },
} as const

/** `autora prune`: drops a month of the trail whose time is over. */
export const pruneCommand: Command = {
  help,
  async run(args, on) {
    const { values } = readArguments('prune', args, options)
    const month = readMonth(values.month)
    const home = homeOf(on.environment)
    const { url } = requireTarget(on.environment, home)
    const source = { url, ...preparationFor(on.environment, home) }
    if (values.archive) {
      await reread(source, month, values.archive)
      on.out(`${values.archive}/${month} holds what the log holds`)
    }
    const trustees = await trusteesOf(on.environment, home, source)
    const { entries, faults } = await outlookOn(source, trustees, month)
    for (const { tenant, entries: events } of entries)
      on.out(`${tenant}: ${events.toLocaleString('en')} events`)
    if (faults.length > 0) {
      for (const fault of faults) on.out(`forbidden: ${fault}`)
      return 1
    }
    if (!values.yes) {
      on.out(`Nothing forbids to drop ${month}. Add --yes to do it.`)
      return 0
    }
    await dropMonth(source, month)
    on.out(`${month} is dropped. Keep its archive: evidence needs it.`)
    return 0
  },
}
