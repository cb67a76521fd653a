import { verifyHelp, verifyProgram } from '@autora/shared/evidence'
import type { Command } from '../terminal/command.js'

/** `autora verify`: the same program that every bundle carries as one file. */
export const verifyCommand: Command = {
  help: verifyHelp.replace('Usage: verify', 'Usage: autora verify'),
  async run(args, { out }) {
    return verifyProgram(args, out, new Date())
  },
}
