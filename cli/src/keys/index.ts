import { withIssuerTools } from '@autora/identity'
import { homeOf } from '../installation/home.js'
import { issuerSettings, issuerSettingsHelp } from '../installation/issuer-settings.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { UsageError } from '../terminal/complaint.js'

const deeds = ['rotate', 'list'] as const

const help = `Usage: autora keys <${deeds.join('|')}>

  rotate  publishes a new signing key of the issuer, which signs after 10 minutes; the old ones stay published for
          another day, so that no token fails. It also happens by itself every 30 days.
  list    prints the published keys and when they change

Every identity service follows within 30 seconds. Nothing secret is printed.

${issuerSettingsHelp}`

/** `autora keys`: the issuer's signing keys. */
export const keysCommand: Command = {
  help,
  async run(args, on) {
    const { positionals } = readArguments('keys', args, {}, 1)
    const deed = deeds.find((one) => one === positionals[0])
    if (!deed)
      throw new UsageError(
        `${positionals[0] === undefined ? 'What about the keys?' : `Unknown word '${positionals[0]}'.`} One of ${deeds.join(', ')}.`,
      )
    const settings = issuerSettings(on.environment, homeOf(on.environment))
    await withIssuerTools(settings, async ({ keys }) => {
      if (deed === 'rotate') {
        const { kid, activatesAt, othersRetireAt } = await keys.rotate()
        on.out(`Published ${kid}. It signs from ${activatesAt.toISOString()}.`)
        on.out(`All others are retired at ${othersRetireAt.toISOString()}.`)
        return
      }
      for (const { kid, activatesAt, retiresAt } of await keys.list())
        on.out(`${kid}  signs from ${activatesAt.toISOString()}  retires ${retiresAt?.toISOString() ?? '-'}`)
    })
    return 0
  },
}
