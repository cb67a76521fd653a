import { ConfigError } from '@autora/shared/config'
import { createLog, type Log } from '@autora/shared/telemetry'
import { connectionFault } from '../database/connection-faults.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command, Surroundings } from '../terminal/command.js'
import { Complaint, UsageError } from '../terminal/complaint.js'
import { type ProcessName, processNames } from './names.js'
import { launchers, type RunningService } from './services.js'

const help = `Usage: autora serve <${processNames.join('|')}>

Runs one service in this process, with settings from the environment or from files named by <NAME>_FILE.
Writes one JSON object a line to standard output. SIGTERM and SIGINT finish what runs, then stop.

Settings of all services: AUTORA_PROFILE (production unless set to development), AUTORA_HOST, AUTORA_PORT.
A setting that is missing is named at the start.`

/** How long running requests get after a signal. Containers are given more before they are killed. */
const drainMs = 9500
/** How long they get when whoever supervises this process is gone: its next start wants the port. */
const orphanMs = 1000

/** `autora serve`: one service, run by a container or by `autora start`. */
export const serveCommand: Command = {
  help,
  async run(args, on) {
    const { positionals } = readArguments('serve', args, {}, 1)
    const name = processNames.find((one) => one === positionals[0])
    if (!name)
      throw new UsageError(
        `${positionals[0] === undefined ? 'Which service?' : `Unknown service '${positionals[0]}'.`} One of ${processNames.join(', ')}.`,
      )
    return serve(name, on)
  },
}

async function serve(name: ProcessName, on: Surroundings): Promise<number> {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true' // nothing is reported to anybody, whatever the surroundings say
  const log = createLog(name)
  failLoudly(log)
  const ending = askedToEnd()
  const starting = launch(name, on, log)
  const service = await Promise.race([starting, ending.then(() => null)])
  if (!service) process.exit(0) // nothing was accepted yet, so there is nothing to finish
  log.info('service.started', { url: service.url, pid: process.pid, node: process.version })
  const { reason, patienceMs } = await ending
  log.info('service.stopping', { reason })
  return drain(service, log, patienceMs)
}

async function launch(name: ProcessName, on: Surroundings, log: Log): Promise<RunningService> {
  try {
    return await launchers[name](on.environment, { log })
  } catch (error) {
    leave(1)
    if ((error as { code?: unknown }).code === 'EADDRINUSE')
      throw new Complaint(
        `Port ${on.environment.AUTORA_PORT ?? ''} is in use. Stop what uses it, or set AUTORA_PORT.`,
      )
    if (error instanceof ConfigError) throw error
    log.error('service.failed', error)
    const { DATABASE_URL: url } = on.environment
    throw url ? connectionFault(error, url, 'DATABASE_URL') : error
  }
}

/** Lets the process end: neither its supervisor's channel nor anything left open keeps it. */
function leave(exitCode: number): void {
  if (process.connected) process.disconnect()
  setTimeout(() => process.exit(exitCode), 500).unref()
}

/** The first reason to stop: a signal, or the end of the process that supervises this one. */
function askedToEnd(): Promise<{ readonly reason: string; readonly patienceMs: number }> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => resolve({ reason: signal, patienceMs: drainMs }))
    if (process.send) process.on('disconnect', () => resolve({ reason: 'orphaned', patienceMs: orphanMs }))
  })
}

/** Closes the service; what takes longer than `patienceMs` is cut off. */
async function drain(service: RunningService, log: Log, patienceMs: number): Promise<number> {
  const deadline = setTimeout(() => {
    log.warn('service.cut', { afterMs: patienceMs })
    process.exit(1)
  }, patienceMs)
  await service.close()
  clearTimeout(deadline)
  log.info('service.stopped')
  leave(0)
  return 0
}

/** A fault that nobody caught ends the process, with a line in the log: whoever supervises it starts a sound one. */
function failLoudly(log: Log): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      log.error('service.crashed', error, { kind: event })
      process.exit(1)
    })
}
