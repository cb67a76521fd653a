import { homeOf } from '../installation/home.js'
import { beginEpoch } from '../log/declare.js'
import { logOperator, operatorHelp } from '../log/operator.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { UsageError } from '../terminal/complaint.js'

const help = `Usage: autora epoch begin

After a database was restored from a copy: the sequencer signs nothing that contradicts what it signed before, so the log
goes on under a new name. Its first batch names the last signed state of the log before and what of it is lost, and every
verifier says so. Nothing else is changed, and nothing that was proven becomes unproven. The sequencer goes on by itself.

${operatorHelp}`

/** `autora epoch begin`: the log over a restored database. */
export const epochCommand: Command = {
  help,
  async run(args, on) {
    const { positionals } = readArguments('epoch', args, {}, 1)
    if (positionals[0] !== 'begin') throw new UsageError('What about the epoch? begin.')
    const { epoch, key, before } = await beginEpoch(logOperator(on.environment, homeOf(on.environment)))
    on.out(`Epoch ${epoch} begins.`)
    on.out(`Of ${before.origin}, ${before.signed} batches were signed; the database has ${before.kept}.`)
    on.out(`Lost: ${Math.max(before.signed - before.kept, 0)}. The log says so in its first batch.`)
    on.out(
      'Add this line to every policy, behind the log before it, once you know why the database was restored:',
    )
    on.out(`log ${key}`)
    return 0
  },
}
