import type { Command, Surroundings } from './terminal/command.js'
import { UsageError } from './terminal/complaint.js'
import { explain } from './terminal/explain.js'
import { version } from './version.js'

interface Entry {
  readonly summary: string
  readonly load: () => Promise<Command>
}

/** Every command. A command is loaded when it is called: `token` has no use for a database driver. */
export const commands: Readonly<Record<string, Entry>> = {
  start: {
    summary: 'run the platform on this machine, with a database and a demo network',
    load: async () => (await import('./start/index.js')).startCommand,
  },
  token: {
    summary: 'print an access token of somebody in the demo network',
    load: async () => (await import('./token/index.js')).tokenCommand,
  },
  doctor: {
    summary: 'check every hardening default and print what holds',
    load: async () => (await import('./doctor/index.js')).doctorCommand,
  },
  migrate: {
    summary: 'bring a database to the newest schema',
    load: async () => (await import('./migrate/index.js')).migrateCommand,
  },
  seed: {
    summary: 'fill an empty database with the demo network',
    load: async () => (await import('./seed/index.js')).seedCommand,
  },
  keys: {
    summary: 'rotate or list the signing keys of the issuer',
    load: async () => (await import('./keys/index.js')).keysCommand,
  },
  clients: {
    summary: 'register a service that signs in by itself',
    load: async () => (await import('./clients/index.js')).clientsCommand,
  },
  secrets: {
    summary: 'print new secrets for docker-compose.yml',
    load: async () => (await import('./secrets/index.js')).secretsCommand,
  },
  log: {
    summary: 'list the keys of the log over the trail, or have it go on with a new one',
    load: async () => (await import('./log/index.js')).logCommand,
  },
  epoch: {
    summary: 'let the log go on over a database that was restored from a copy',
    load: async () => (await import('./epoch/index.js')).epochCommand,
  },
  evidence: {
    summary: 'write the evidence bundle of a dealer group, its policy and a verifier',
    load: async () => (await import('./evidence/index.js')).evidenceCommand,
  },
  monitor: {
    summary: 'follow the log from outside and find what was changed',
    load: async () => (await import('./monitor/index.js')).monitorCommand,
  },
  archive: {
    summary: 'seal a month of the audit trail into files',
    load: async () => (await import('./retention/index.js')).archiveCommand,
  },
  prune: {
    summary: 'drop a sealed month of the audit trail whose time is over',
    load: async () => (await import('./retention/index.js')).pruneCommand,
  },
  verify: {
    summary: 'check an evidence bundle or a receipt of the audit trail, offline',
    load: async () => (await import('./verify/index.js')).verifyCommand,
  },
  vault: {
    summary: 'wrap the keys of dealer groups under a new key',
    load: async () => (await import('./vault/index.js')).vaultCommand,
  },
  trail: {
    summary: 'make the timelines of the audit trail anew',
    load: async () => (await import('./trail/index.js')).trailCommand,
  },
  serve: {
    summary:
      'run one service from the environment: gateway, identity, dealer-ops, audit, sequencer, follower, witness',
    load: async () => (await import('./serve/index.js')).serveCommand,
  },
}

const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 3

const overview = `AUTORA OS ${version}

Usage: autora <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`)
  .join('\n')}

autora <command> --help says more about one of them.`

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h'

/**
 * Runs one command line.
 *
 * @param args - without the program's own name.
 * @returns the exit code: 0, 1 when something is in the way, 2 when the command line was not understood.
 */
export async function runCommandLine(args: readonly string[], on: Surroundings): Promise<number> {
  try {
    return await dispatch(args, on)
  } catch (error) {
    const { text, exitCode } = explain(error, on.environment)
    on.err(text)
    return exitCode
  }
}

async function dispatch([name, ...rest]: readonly string[], on: Surroundings): Promise<number> {
  if (name === undefined || isHelp(name) || name === 'help') {
    on.out(overview)
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    on.out(version)
    return 0
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!entry) throw new UsageError(`Unknown command '${name}'. autora --help lists them.`)
  const command = await entry.load()
  if (!rest.some(isHelp)) return command.run(rest, on)
  on.out(command.help)
  return 0
}
