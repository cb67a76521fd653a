import { copyFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Environment, evidenceSettings, readConfig } from '@autora/shared/config'
import { formatVerifierKey, readLogKeys } from '@autora/shared/tlog'
import type { PlatformSource } from '../database/as-platform.js'
import { externalTarget, requireTarget } from '../database/targets.js'
import { type Home, homeOf } from '../installation/home.js'
import { publicKeysOf, signersOf } from '../installation/log-keys.js'
import { preparationFor } from '../installation/preparation.js'
import { readSecrets } from '../installation/secrets.js'
import { wrappingFor } from '../installation/vault-keys.js'
import { logKeys } from '../log/declare.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { Complaint, UsageError } from '../terminal/complaint.js'
import { checkout } from '../version.js'
import { writeBundle } from './export.js'
import { defaultWindow, developmentPause, policyText, type Trustees } from './policy-text.js'

const help = `Usage: autora evidence --group <code> [--out <file>] [--policy-out <file>] [--window 60]
                       [--disclose] [--archive <folder>]

Writes all audit events of a dealer group with their proofs, the policy to check them against, and beside the bundle
verify.cjs, which checks it with Node alone: no network, no database. That it was written is itself an event.

  --group       code of the dealer group
  --out         the bundle, <code>.ndjson
  --policy-out  the policy, <code>.policy beside the bundle. An auditor takes it once, from a person he trusts, and keeps it
  --disclose    with the personal values of events and their salts, as far as they were not erased: whoever gets the
                bundle reads them, and can check that they are what the events committed to
  --window      longest time without a witness that the policy allows, in seconds
  --archive     folder of autora archive, needed once a month of the group was pruned

Without settings it works on the installation that runs here. Elsewhere it needs those of autora migrate, and:

  AUTORA_LOG        public key of the log; after a rotation or a restore also the later ones, <key>@<first size>
  AUTORA_WITNESSES  <public key>=<URL> of each witness
  AUTORA_VAULT_KEY  with --disclose`

const options = {
  group: { type: 'string' },
  out: { type: 'string' },
  'policy-out': { type: 'string' },
  disclose: { type: 'boolean', default: false },
  window: { type: 'string', default: String(defaultWindow) },
  archive: { type: 'string' },
} as const

const verifier = join(checkout, 'shared', 'dist', 'evidence', 'verify.cjs')

/** `autora evidence`: what an outsider needs to check a trail. */
export const evidenceCommand: Command = {
  help,
  async run(args, on) {
    const { values } = readArguments('evidence', args, options)
    const { group } = values
    if (!group) throw new UsageError('Of which dealer group? --group <code>.')
    const window = Number(values.window)
    if (!Number.isSafeInteger(window) || window < 1)
      throw new UsageError('--window must be a number of seconds from 1.')
    const home = homeOf(on.environment)
    const { url } = requireTarget(on.environment, home)
    const { rolePasswords, sealKey } = preparationFor(on.environment, home)
    const source = {
      ...{ url, rolePasswords, sealKey },
      ...(values.disclose && { wrapping: wrappingFor(on.environment, home) }),
    }
    const trustees = await trusteesOf(on.environment, home, source)
    const out = values.out ?? `${group}.ndjson`
    const policyOut = values['policy-out'] ?? join(dirname(out), `${group}.policy`)
    const bundle = await writeBundle(source, group, out, window, values.archive ?? null)
    writeFileSync(policyOut, policyText(trustees, window, bundle, trustees.pauseSeconds))
    const program = join(dirname(out), 'verify.cjs')
    copyFileSync(verifier, program)
    on.out(`${out}: ${bundle.events.toLocaleString('en')} events with their proofs`)
    if (values.disclose)
      on.out(`${bundle.disclosed.toLocaleString('en')} personal values are in it: hand it to nobody else.`)
    on.out(`${policyOut}: whom to believe`)
    on.out(`Check it, anywhere: node ${program} ${out} --policy ${policyOut}`)
    on.out(`Later than ${window} s from now, add --as-of ${new Date().toISOString()}`)
    return 0
  },
}

/** Who signs: of the installation that runs here, or as the settings say. */
export async function trusteesOf(
  environment: Environment,
  home: Home,
  source: PlatformSource,
): Promise<Trustees> {
  if (externalTarget(environment)) {
    const { AUTORA_LOG, AUTORA_WITNESSES: witnesses } = readConfig(evidenceSettings, environment)
    const log = readLogKeys(AUTORA_LOG).map(({ key, from }) => {
      if (from === null)
        throw new Complaint(
          'AUTORA_LOG: a later key needs its first size, <key>@<size>: see autora log keys.',
        )
      return { key: formatVerifierKey(key), from }
    })
    if (witnesses.length === 0) throw new Complaint('AUTORA_WITNESSES is empty: nobody else saw this log.')
    return { log, witnesses: witnesses.map(({ key }) => key) }
  }
  const secrets = readSecrets(home)
  if (!secrets)
    throw new Complaint(`There is no installation in ${basename(home.folder)}. Run npm start first.`)
  const log = (await logKeys(source, signersOf(secrets.logKey))).flatMap(({ key, from }) =>
    from === null ? [] : [{ key, from }],
  )
  return { log, witnesses: [publicKeysOf(secrets).witness], pauseSeconds: developmentPause }
}
