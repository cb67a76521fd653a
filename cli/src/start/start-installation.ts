import { writeFileSync } from 'node:fs'
import type { Environment } from '@autora/shared/config'
import { shownUrl } from '../database/connection-faults.js'
import { migrationTitle, prepareDatabase } from '../database/prepare.js'
import { hasDemo, seedDatabase } from '../database/seed.js'
import type { DemoProfile } from '../demo/index.js'
import { defaultWindow, developmentPause, policyText } from '../evidence/policy-text.js'
import { type Home, homeOf, makeHome } from '../installation/home.js'
import { takeLock } from '../installation/lock.js'
import { publicKeysOf, signersOf } from '../installation/log-keys.js'
import { type InstallationRecord, readRecord, writeRecord } from '../installation/record.js'
import { ensureSecrets, type Secrets, sealKeyOf } from '../installation/secrets.js'
import { logKeys } from '../log/declare.js'
import { type ProcessName, processNames } from '../serve/names.js'
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

/** What the steps after the first ones work with. */
interface Parts extends InstallationStart {
  readonly home: Home
  readonly secrets: Secrets
  readonly hasNewSecrets: boolean
  readonly database: StartedDatabase
}

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
  const { secrets, isNew: hasNewSecrets } = await ensureSecrets(home)
  if (hasNewSecrets) progress.note(`Secrets of this installation: ${home.secrets}`)
  const database = await startDatabase({ ...start, home, secrets })
  const parts = { ...start, home, secrets, hasNewSecrets, database }
  await prepare(parts)
  const { postgresPort, target } = database
  const demo = await seedIfEmpty(parts)
  const record = {
    database: shownUrl(target.url),
    postgresPort,
    urls: urlsOf(plan),
    issuer: plan.issuer,
    demo,
  }
  writeRecord(home, record)
  await writePolicy(parts)
  await startServices(parts)
  return { home, record }
}

/** Keys of log and witness as an auditor needs them, with all that the log declared since its begin. */
async function writePolicy({ home, secrets, database }: Parts): Promise<void> {
  const { witness } = publicKeysOf(secrets)
  const source = {
    url: database.target.url,
    rolePasswords: secrets.rolePasswords,
    sealKey: sealKeyOf(secrets.sealKey),
  }
  const log = (await logKeys(source, signersOf(secrets.logKey))).map(({ key, from }) => ({
    key,
    from: from ?? 0,
  }))
  writeFileSync(home.policy, policyText({ log, witnesses: [witness] }, defaultWindow, null, developmentPause))
}

async function prepare({ database, secrets, progress }: Parts): Promise<void> {
  const preparation = {
    rolePasswords: secrets.rolePasswords,
    sealKey: sealKeyOf(secrets.sealKey),
    issuerSealKey: sealKeyOf(secrets.issuerSealKey),
  }
  const describe = (applied: readonly string[]) =>
    applied.length > 0
      ? `Schema brought up to date: ${applied.map(migrationTitle).join(', ')}`
      : 'Schema is up to date'
  await progress.step(() => prepareDatabase(database.target, preparation), describe)
}

/** @returns the size of the demo network that is there now. */
async function seedIfEmpty(parts: Parts): Promise<DemoProfile | null> {
  const { seed, home, secrets, progress } = parts
  const { target } = parts.database
  if (await hasDemo(target)) {
    if (parts.hasNewSecrets)
      progress.note('The demo network was made with other secrets: the keys of its partners open nothing.')
    const known = readRecord(home)
    return (known?.database === shownUrl(target.url) ? known.demo : null) ?? seed ?? 'S'
  }
  if (!seed) return null
  const keyPepper = Buffer.from(secrets.keyPepper, 'hex')
  progress.note(
    `Filling the database with the demo network ${seed}${seed === 'S' ? ', about a minute' : ''}…`,
  )
  await progress.step(
    () => seedDatabase(target, { profile: seed, keyPepper }),
    (count) => `Demo network ${seed}: ${count.toLocaleString('en')} rows`,
  )
  return seed
}

async function startServices(parts: Parts): Promise<void> {
  const { plan, progress, shutdown, home, secrets } = parts
  const ingredients = { plan, secrets, home, adminUrl: parts.database.target.url }
  const processOf = async (name: ProcessName): Promise<ServiceProcess> =>
    new ServiceProcess({
      name,
      url: urlOf(plan, name),
      environment: await serviceEnvironment(name, ingredients, parts.environment),
      log: openServiceLog(home.logs, name),
      say: progress.note,
    })
  // the gateway starts last, when it finds the others ready at its first look, and stops first
  for (const names of [processNames.filter((name) => name !== 'gateway'), ['gateway'] as const]) {
    const services = await Promise.all(names.map(processOf))
    if (shutdown.hasBegun) return
    shutdown.add(together(services))
    await progress.step(
      () => Promise.all(services.map((service) => service.start())),
      () => names.map((name) => `${name} on ${plan.ports[name]}`).join(', '),
    )
  }
}
