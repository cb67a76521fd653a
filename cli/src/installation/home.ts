import { accessSync, constants, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Environment } from '@autora/shared/config'
import { checkout } from '../version.js'

/** The folder of an installation: secrets, database, logs. */
export interface Home {
  readonly folder: string
  readonly secrets: string
  readonly installation: string
  readonly lock: string
  readonly logs: string
  /** Mail that development writes instead of sending it. */
  readonly outbox: string
  /** What the sequencer signed last. Whoever restores the database must not restore this with it. */
  readonly signed: string
  /** What the witness saw last. */
  readonly witnessed: string
  /** Whom a verifier of this installation's trail believes: a template. */
  readonly policy: string
}

/** Where the installation is: `.autora` in the checkout, or AUTORA_HOME. Nothing is made yet. */
export function homeOf(environment: Environment): Home {
  const folder = resolve(environment.AUTORA_HOME || join(checkout, '.autora'))
  return {
    folder,
    secrets: join(folder, 'secrets.json'),
    installation: join(folder, 'installation.json'),
    lock: join(folder, 'running.json'),
    logs: join(folder, 'logs'),
    outbox: join(folder, 'outbox'),
    signed: join(folder, 'signed'),
    witnessed: join(folder, 'witnessed'),
    policy: join(folder, 'evidence.policy'),
  }
}

/** Makes the folders of an installation; those that exist stay as they are. @throws {Error} EACCES and its kin. */
export function makeHome(home: Home): void {
  mkdirSync(home.folder, { recursive: true, mode: 0o755 })
  accessSync(home.folder, constants.W_OK)
  mkdirSync(home.logs, { recursive: true, mode: 0o700 })
}
