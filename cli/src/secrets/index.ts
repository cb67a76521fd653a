import { randomBytes } from 'node:crypto'
import { hopKey, type Subgraph } from '@autora/shared/actor'
import { publicKeysOf } from '../installation/log-keys.js'
import { newLogSecrets, newSealKeyId } from '../installation/secrets.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'

const help = `Usage: autora secrets

Prints new random secrets for docker-compose.yml, one NAME=value a line. Nothing is kept: redirect them into .env,
and make that file readable for yourself only.

  umask 077; npm run -s autora -- secrets > .env

AUTORA_ISSUER is not random: add the https URL under which browsers reach the identity service.`

const hopKeyNames: Readonly<Record<Subgraph, string>> = {
  identity: 'AUTORA_IDENTITY_HOP_KEY',
  dealer_ops: 'AUTORA_DEALER_OPS_HOP_KEY',
  audit: 'AUTORA_AUDIT_HOP_KEY',
}

/** New secrets of an installation by the names that docker-compose.yml asks for. All of them are safe inside a URL. */
export function newComposeSecrets(): Readonly<Record<string, string>> {
  const hopSecret = randomBytes(32)
  const key = () => randomBytes(32).toString('hex')
  return {
    POSTGRES_PASSWORD: key(),
    AUTORA_IDENTITY_DB_PASSWORD: key(),
    AUTORA_DEALER_OPS_DB_PASSWORD: key(),
    AUTORA_AUDIT_DB_PASSWORD: key(),
    AUTORA_ISSUER_DB_PASSWORD: key(),
    AUTORA_SEQUENCER_DB_PASSWORD: key(),
    AUTORA_FOLLOWER_DB_PASSWORD: key(),
    AUTORA_AUDITOR_DB_PASSWORD: key(),
    AUTORA_SEAL_KEY: `${newSealKeyId()}:${key()}`,
    AUTORA_ISSUER_SEAL_KEY: `${newSealKeyId()}:${key()}`,
    AUTORA_ISSUER_KEY: key(),
    AUTORA_HOP_SECRET: hopSecret.toString('hex'),
    ...Object.fromEntries(
      Object.entries(hopKeyNames).map(([audience, name]) => [
        name,
        hopKey(hopSecret, audience as Subgraph).toString('hex'),
      ]),
    ),
    AUTORA_KEY_PEPPER: key(),
    AUTORA_VAULT_KEY: key(),
    AUTORA_STREAM_KEY: key(),
    ...newLogSettings(),
  }
}

/** Keys of log and witness, and their public halves: each knows its own key and the other's public one. */
function newLogSettings(): Readonly<Record<string, string>> {
  const { logKey, witnessKey } = newLogSecrets()
  const { log, witness } = publicKeysOf({ logKey, witnessKey })
  return {
    AUTORA_LOG_KEY: logKey,
    AUTORA_LOG: log,
    AUTORA_WITNESS_KEY: witnessKey,
    AUTORA_WITNESSES: `${witness}=http://witness:4010`,
  }
}

/** `autora secrets`: what a deployment in containers has to be given. */
export const secretsCommand: Command = {
  help,
  async run(args, on) {
    readArguments('secrets', args, {})
    for (const [name, value] of Object.entries(newComposeSecrets())) on.out(`${name}=${value}`)
    return 0
  },
}
