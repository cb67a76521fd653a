import { demoProfiles } from '../installation/record.js'
import { readArguments, readChoice } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { Complaint } from '../terminal/complaint.js'
import { progressTo } from '../terminal/progress.js'
import { readPlan } from './plan.js'
import { screen } from './screen.js'
import { Shutdown } from './shutdown.js'
import { startInstallation } from './start-installation.js'

const help = `Usage: autora start [--port 4000] [--profile-data S|XS] [--no-seed]

Runs the platform on this machine, for development: PostgreSQL, three subgraphs, the gateway, the sequencer of the
audit trail, its followers and a witness, each in a process of its own, with a demo network. Everything it keeps is in .autora. Ctrl-C stops it, a second Ctrl-C at once.

  --port          of the gateway (AUTORA_PORT)
  --profile-data  size of the demo network of a new database: S (default) or XS
  --no-seed       no demo network

  AUTORA_HOME           folder instead of .autora
  DATABASE_URL          a PostgreSQL of your own, 15 or newer, as an administrator, instead of the embedded one
  AUTORA_PG_PORT        port of the embedded one, 5433
  AUTORA_IDENTITY_PORT, AUTORA_DEALER_OPS_PORT, AUTORA_AUDIT_PORT   4001, 4002, 4003
  AUTORA_WITNESS_PORT, AUTORA_SEQUENCER_PORT, AUTORA_FOLLOWER_PORT   4010, 4011, 4012`

const options = {
  port: { type: 'string' },
  'profile-data': { type: 'string', default: 'S' },
  'no-seed': { type: 'boolean', default: false },
} as const

/** `autora start`: the development installation. Ends when it is told to stop. */
export const startCommand: Command = {
  help,
  async run(args, on) {
    const { values } = readArguments('start', args, options)
    const demo = readChoice('--profile-data', values['profile-data'], demoProfiles)
    const { environment } = on
    const plan = readPlan(environment, values.port)
    if (environment.AUTORA_PROFILE === 'production')
      throw new Complaint(
        'AUTORA_PROFILE is production, and start is for development. Run the services with autora serve, or unset it.',
      )
    const shutdown = new Shutdown(on.out)
    const stopped = shutdown.onSignals()
    const progress = progressTo(on.out)
    const seed = values['no-seed'] ? null : demo
    try {
      const started = await startInstallation({ environment, plan, seed, progress, shutdown })
      if (!shutdown.hasBegun) for (const line of screen({ ...started, plan, environment })) on.out(line)
    } catch (error) {
      if (!shutdown.hasBegun) {
        await shutdown.drain()
        throw error // what fails because the end has begun is no news
      }
    }
    await stopped
    on.out('Stopped.')
    return 0
  },
}
