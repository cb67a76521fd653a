import type { Environment } from '@autora/shared/config'
import { shownUrl } from '../database/connection-faults.js'
import { migrationTitle, prepareDatabase } from '../database/prepare.js'
import { hasDemo, seedDatabase } from '../database/seed.js'
import type { DemoProfile } from '../demo/index.js'
import { type Home, homeOf, makeHome } from '../installation/home.js'
import { takeLock } from '../installation/lock.js'
import { type InstallationRecord, readRecord, writeRecord } from '../installation/record.js'
import { ensureSecrets, type Secrets, sealKeyOf } from '../installation/secrets.js'
import { type ServiceName, serviceNames } from '../serve/names.js'
import type { Progress } from '../terminal/progress.js'
import { type StartedDatabase, startDatabase } from './database.js'
import { type Plan, urlOf, urlsOf } from './plan.js'
import { requireFreePorts } from './ports.js'
import { serviceEnvironment } from './service-environment.js'
import { openServiceLog } from './service-log.js'
import { ServiceProcess } from './service-process.js'
import { type Shutdown, together } from './shutdown.js'

/** What an installation is started with. */
export interface InstallationStart {
  readonly environment: Environment
  readonly plan: Plan
  /** Size of the demo network for an empty database; null: none. */
  readonly seed: DemoProfile | null
  readonly progress: Progress
  /** Told of everything that was started, so that it can be stopped at any moment. */
  readonly shutdown: Shutdown
}

/** An installation that runs. */
export interface StartedInstallation {
  readonly home: Home
  readonly record: InstallationRecord
}

/** Services of a killed run end by themselves, but not at once. */
const orphansEndWithinMs = 3000

/**
 * Starts everything, one line a step.
 * @throws {Complaint | EmbeddedPostgresError | ConfigError} saying what is in the way.
 */
export async function startInstallation(start: InstallationStart): Promise<StartedInstallation> {
  const { plan, progress, shutdown } = start
  const home = homeOf(start.environment)
  makeHome(home)
  const lock = takeLock(home)
  shutdown.add({ stop: async () => lock.release(), kill: lock.release })
  await requireFreePorts(plan, lock.wasLeftBehind ? orphansEndWithinMs : 0)
  const { secrets, isNew } = await ensureSecrets(home)
  if (isNew) progress.note(`Secrets of this installation: ${home.secrets}`)
  const database = await startDatabase({ ...start, home, secrets })
  await prepare(database, secrets, progress)
  const demo = await seedIfEmpty(start, home, database, secrets)
  const record = {
    database: shownUrl(database.target.url),
    postgresPort: database.postgresPort,
    urls: urlsOf(plan),
    issuer: plan.issuer,
    demo,
  }
  writeRecord(home, record)
  await startServices(start, home, database, secrets)
  return { home, record }
}

async function prepare({ target }: StartedDatabase, secrets: Secrets, progress: Progress): Promise<void> {
  const preparation = { rolePasswords: secrets.rolePasswords, sealKey: sealKeyOf(secrets) }
  await progress.step(
    () => prepareDatabase(target, preparation),
    (applied) =>
      applied.length > 0
        ? `Schema brought up to date: ${applied.map(migrationTitle).join(', ')}`
        : 'Schema is up to date',
  )
}

/** @returns the size of the demo network that is there now. */
async function seedIfEmpty(
  { seed, progress }: InstallationStart,
  home: Home,
  { target }: StartedDatabase,
  secrets: Secrets,
): Promise<DemoProfile | null> {
  const known = readRecord(home)
  if (await hasDemo(target)) return (known?.database === shownUrl(target.url) ? known.demo : null) ?? seed
  if (!seed) return null
  const keyPepper = Buffer.from(secrets.keyPepper, 'hex')
  progress.note(`Filling the database with the demo network ${seed}…`)
  const rows = await progress.step(
    () => seedDatabase(target, { profile: seed, keyPepper }),
    (count) => `Demo network ${seed}: ${count.toLocaleString('en')} rows`,
  )
  return rows > 0 ? seed : null
}

async function startServices(
  start: InstallationStart,
  home: Home,
  { target }: StartedDatabase,
  secrets: Secrets,
): Promise<void> {
  const { plan, progress, shutdown } = start
  const ingredients = { plan, secrets, adminUrl: target.url }
  const processOf = async (name: ServiceName): Promise<ServiceProcess> =>
    new ServiceProcess({
      name,
      url: urlOf(plan, name),
      environment: await serviceEnvironment(name, ingredients, start.environment),
      log: openServiceLog(home.logs, name),
      say: progress.note,
    })
  const subgraphs = serviceNames.filter((name) => name !== 'gateway')
  const behind = await Promise.all(subgraphs.map(processOf))
  const gateway = await processOf('gateway')
  if (shutdown.hasBegun) return
  shutdown.add(together(behind))
  await progress.step(
    () => Promise.all(behind.map((service) => service.start())),
    () => `${subgraphs.map((name) => `${name} on ${plan.ports[name]}`).join(', ')}`,
  )
  if (shutdown.hasBegun) return
  shutdown.add(gateway)
  await progress.step(
    () => gateway.start(),
    () => `gateway on ${plan.ports.gateway}`,
  )
}
