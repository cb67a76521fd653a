import { verifyHelp, verifyProgram } from '@autora/shared/evidence'
import { TlogError } from '@autora/shared/tlog'
import { publicLogAt } from '../public-log/index.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { Complaint, UsageError } from '../terminal/complaint.js'
import { compareCheckpoints } from './compare.js'

const help = `${verifyHelp.replace('Usage: verify', 'Usage: autora verify')}

Or: autora verify --compare <checkpoint> <checkpoint> --policy <file> [--log <address>]
Says whether two checkpoints, from wherever they were kept, tell of one history: 0 the same, 10 the log signed two
histories, which the two files prove to anybody, 11 cannot tell. Two of one size are compared as they are; of two sizes
the hashes are needed that the log publishes, at an address such as https://api.example/trail.`

const options = {
  compare: { type: 'boolean' },
  policy: { type: 'string' },
  log: { type: 'string' },
} as const

/** `autora verify`: the same program that every bundle carries as one file, and the comparison of checkpoints. */
export const verifyCommand: Command = {
  help,
  async run(args, { out }) {
    if (!args.includes('--compare')) return verifyProgram(args, out, new Date())
    const { values, positionals } = readArguments('verify', args, options, 2)
    const [a, b] = positionals
    if (!a || !b || !values.policy)
      throw new UsageError('Which two? --compare <checkpoint> <checkpoint> --policy <file>.')
    try {
      const source = values.log === undefined ? null : publicLogAt(values.log)
      return await compareCheckpoints([a, b], values.policy, out, source)
    } catch (error) {
      if (error instanceof TlogError) throw new Complaint(`They cannot be compared: ${error.message}.`)
      throw error
    }
  },
}
