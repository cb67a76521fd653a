import { checkAdminTarget } from '../database/admin.js'
import { migrationTitle, type Preparation, prepareDatabase } from '../database/prepare.js'
import { externalTarget, requireTarget } from '../database/targets.js'
import { type Home, homeOf } from '../installation/home.js'
import { readSecrets, sealKeyOf } from '../installation/secrets.js'
import { readPreparation } from '../installation/settings.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command, Surroundings } from '../terminal/command.js'
import { Complaint } from '../terminal/complaint.js'

const help = `Usage: autora migrate

Creates the roles, brings the schema up to date and installs the key of the signed context. Doing it again changes
nothing. Without DATABASE_URL it works on the embedded database of the installation that runs here.

  DATABASE_URL                   an administrator: may create roles and owns the database; no superuser is needed
  AUTORA_IDENTITY_DB_PASSWORD    password of the role autora_identity
  AUTORA_DEALER_OPS_DB_PASSWORD  password of the role autora_dealer_ops
  AUTORA_AUDIT_DB_PASSWORD       password of the role autora_audit
  AUTORA_ISSUER_DB_PASSWORD      password of the role autora_issuer
  AUTORA_SEQUENCER_DB_PASSWORD   password of the role autora_sequencer
  AUTORA_SEAL_KEY                <id>:<64 hex digits>, the same as the gateway's
  AUTORA_ISSUER_SEAL_KEY         <id>:<64 hex digits>, the same as the identity service's

Each can also be the content of a file: AUTORA_SEAL_KEY_FILE=/run/secrets/seal_key.`

/** `autora migrate`: the one step that needs an administrator. */
export const migrateCommand: Command = {
  help,
  async run(args, on) {
    readArguments('migrate', args, {})
    const home = homeOf(on.environment)
    const preparation = preparationFor(on, home)
    const target = requireTarget(on.environment, home)
    const { raiseTo } = await checkAdminTarget(target)
    if (raiseTo) on.err(`PostgreSQL has known holes at this version: raise it to ${raiseTo} or newer.`)
    const applied = await prepareDatabase(target, preparation)
    on.out(
      applied.length > 0 ? `Applied ${applied.map(migrationTitle).join(', ')}.` : 'The schema is up to date.',
    )
    return 0
  },
}

/** Beside DATABASE_URL stand settings; the embedded database has its own secrets. */
function preparationFor({ environment }: Surroundings, home: Home): Preparation {
  if (externalTarget(environment)) return readPreparation(environment)
  const secrets = readSecrets(home)
  if (secrets)
    return {
      rolePasswords: secrets.rolePasswords,
      sealKey: sealKeyOf(secrets.sealKey),
      issuerSealKey: sealKeyOf(secrets.issuerSealKey),
    }
  throw new Complaint('There is no database: set DATABASE_URL, or run npm start first.')
}
