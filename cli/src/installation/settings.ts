import { readFileSync } from 'node:fs'
import type { SealKey } from '@autora/shared/actor'
import {
  ConfigError,
  type Environment,
  gatewaySettings,
  identitySettings,
  readConfig,
} from '@autora/shared/config'
import type { RolePasswords } from '@autora/shared/database'
import type { Preparation } from '../database/prepare.js'

const passwordNames = {
  identity: 'AUTORA_IDENTITY_DB_PASSWORD',
  dealer_ops: 'AUTORA_DEALER_OPS_DB_PASSWORD',
  audit: 'AUTORA_AUDIT_DB_PASSWORD',
  issuer: 'AUTORA_ISSUER_DB_PASSWORD',
  sequencer: 'AUTORA_SEQUENCER_DB_PASSWORD',
  follower: 'AUTORA_FOLLOWER_DB_PASSWORD',
  auditor: 'AUTORA_AUDITOR_DB_PASSWORD',
} as const satisfies Record<keyof RolePasswords, string>

/** A setting, or the content of the file that `<name>_FILE` names: how container secrets arrive. */
function settingOf(environment: Environment, name: string): string {
  const file = environment[`${name}_FILE`]
  return environment[name] || (file ? readFileSync(file, 'utf8').trim() : '')
}

/**
 * What `autora migrate` needs beside DATABASE_URL.
 * @throws {ConfigError} naming every setting that is missing; values are never quoted.
 */
export function readPreparation(environment: Environment): Preparation {
  const passwords = Object.entries(passwordNames).map(
    ([role, name]) => [role, settingOf(environment, name)] as const,
  )
  const faults = Object.entries(passwordNames)
    .filter(([role]) => passwords.every(([one, value]) => one !== role || value.length < 16))
    .map(([role, name]) => `${name}: must be 16 characters or more, the password of the role autora_${role}`)
  const sealKey = attempt(
    () => readConfig(gatewaySettings.pick({ AUTORA_SEAL_KEY: true }), environment).AUTORA_SEAL_KEY,
    faults,
  )
  const issuerSealKey = attempt(
    () =>
      readConfig(identitySettings.pick({ AUTORA_ISSUER_SEAL_KEY: true }), environment).AUTORA_ISSUER_SEAL_KEY,
    faults,
  )
  if (faults.length > 0 || !sealKey || !issuerSealKey) throw new ConfigError(faults)
  return { rolePasswords: Object.fromEntries(passwords) as RolePasswords, sealKey, issuerSealKey }
}

/** Adds what is wrong to `faults`, so that everything is reported at once. */
function attempt(read: () => SealKey, faults: string[]): SealKey | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    faults.push(...error.faults)
    return null
  }
}

/** The pepper that API keys are stored under. @throws {ConfigError} when it is missing. */
export const readKeyPepper = (environment: Environment): Buffer =>
  readConfig(identitySettings.pick({ AUTORA_KEY_PEPPER: true }), environment).AUTORA_KEY_PEPPER
