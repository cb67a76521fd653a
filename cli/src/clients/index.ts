import { withIssuerTools } from '@autora/identity'
import { DomainError } from '@autora/shared/errors'
import { homeOf } from '../installation/home.js'
import { issuerSettings, issuerSettingsHelp } from '../installation/issuer-settings.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { Complaint, UsageError } from '../terminal/complaint.js'

const help = `Usage: autora clients add <id> --name <name>

Registers a service that signs in by itself (client credentials) and prints its secret, once: only a keyed digest of it
is kept. What it gets is of the audience urn:autora:services, which the gateway does not accept.

  <id>    3 to 60 characters of a-z, 0-9 and -, such as revocation-prober
  --name  what people call it

${issuerSettingsHelp}`

/** `autora clients`: services that sign in by themselves. */
export const clientsCommand: Command = {
  help,
  async run(args, on) {
    const { values, positionals } = readArguments('clients', args, { name: { type: 'string' } }, 2)
    const [deed, id = ''] = positionals
    if (deed !== 'add')
      throw new UsageError('What about clients? Only add is known. See autora clients --help.')
    if (!/^[a-z0-9][a-z0-9-]{2,59}$/.test(id))
      throw new UsageError(`The id must be 3 to 60 characters of a-z, 0-9 and -, not '${id}'.`)
    const name = values.name ?? id
    if (name.length < 1 || name.length > 120) throw new UsageError('--name must have 1 to 120 characters.')
    const settings = issuerSettings(on.environment, homeOf(on.environment))
    on.out(await withIssuerTools(settings, ({ clients }) => clients.add(id, name)).catch(explainTaken))
    return 0
  },
}

function explainTaken(error: unknown): never {
  if (error instanceof DomainError) throw new Complaint(error.message)
  throw error
}
