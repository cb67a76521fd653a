import { checkAdminTarget } from '../database/admin.js'
import { migrationTitle, prepareDatabase } from '../database/prepare.js'
import { requireTarget } from '../database/targets.js'
import { homeOf } from '../installation/home.js'
import { preparationFor } from '../installation/preparation.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'

const help = `Usage: autora migrate

Creates the roles, brings the schema up to date and installs the key of the signed context. Doing it again changes
nothing. Without DATABASE_URL it works on the embedded database of the installation that runs here.

  DATABASE_URL                   an administrator: may create roles and owns the database; no superuser is needed
  AUTORA_IDENTITY_DB_PASSWORD    password of the role autora_identity
  AUTORA_DEALER_OPS_DB_PASSWORD  password of the role autora_dealer_ops
  AUTORA_AUDIT_DB_PASSWORD       password of the role autora_audit
  AUTORA_ISSUER_DB_PASSWORD      password of the role autora_issuer
  AUTORA_SEQUENCER_DB_PASSWORD   password of the role autora_sequencer
  AUTORA_FOLLOWER_DB_PASSWORD    password of the role autora_follower
  AUTORA_AUDITOR_DB_PASSWORD     password of the role autora_auditor
  AUTORA_SEAL_KEY                <id>:<64 hex digits>, the same as the gateway's
  AUTORA_ISSUER_SEAL_KEY         <id>:<64 hex digits>, the same as the identity service's

Each can also be the content of a file: AUTORA_SEAL_KEY_FILE=/run/secrets/seal_key.`

/** `autora migrate`: the one step that needs an administrator. */
export const migrateCommand: Command = {
  help,
  async run(args, on) {
    readArguments('migrate', args, {})
    const home = homeOf(on.environment)
    const preparation = preparationFor(on.environment, home)
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
