import { join } from 'node:path'
import { KeptHead } from '@autora/audit'
import { type Environment, readConfig, sequencerSettings } from '@autora/shared/config'
import { signatureKinds, signerKey } from '@autora/shared/tlog'
import { externalTarget, requireTarget } from '../database/targets.js'
import type { Home } from '../installation/home.js'
import { signersOf } from '../installation/log-keys.js'
import { preparationFor } from '../installation/preparation.js'
import { readSecrets } from '../installation/secrets.js'
import { Complaint } from '../terminal/complaint.js'
import type { LogOperator } from './declare.js'

const ownSettings = sequencerSettings.pick({ AUTORA_LOG_KEY: true, AUTORA_STATE: true })

/** What whoever operates a log elsewhere has to set, beside the settings of a migration. */
export const operatorHelp = `Without settings it works on the installation that runs here. Elsewhere it needs those of autora migrate, and those of
the sequencer: AUTORA_LOG_KEY and AUTORA_STATE, the folder in which it keeps what it signed last.`

/**
 * The log of the installation that runs here, or of the one that the settings name.
 * @throws {ConfigError | Complaint} naming what is missing.
 */
export function logOperator(environment: Environment, home: Home): LogOperator {
  const { url } = requireTarget(environment, home)
  const { rolePasswords, sealKey } = preparationFor(environment, home)
  const source = { url, rolePasswords, sealKey }
  if (externalTarget(environment)) {
    const { AUTORA_LOG_KEY: keys, AUTORA_STATE: state } = readConfig(ownSettings, environment)
    const signers = keys.map(({ name, seed }) => signerKey(name, signatureKinds.ed25519, seed))
    return { ...source, state, keys: signers, witnessed: () => null }
  }
  const secrets = readSecrets(home)
  if (!secrets) throw new Complaint('There is no installation here. Run npm start first.')
  const first = new KeptHead(join(home.witnessed, 'witnessed'))
  const witnessed = (epoch: number) => (epoch === 1 ? first : first.named(String(epoch))).read()
  return { ...source, state: home.signed, keys: signersOf(secrets.logKey), witnessed }
}
