import { OWNER_ROLE, withClient } from '@autora/shared/database'
import { type KeyStatements, rewrapTenantKeys } from '@autora/shared/vault'
import { requireTarget } from '../database/targets.js'
import { homeOf } from '../installation/home.js'
import { wrappingFor } from '../installation/vault-keys.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { UsageError } from '../terminal/complaint.js'

const help = `Usage: autora vault rotate

Wraps the key of every dealer group under AUTORA_VAULT_KEY, and then opens each one of them under it. Nothing stands still
meanwhile. Run again, it does what is left; with nothing left it verifies.

  1. Give every service the new key as AUTORA_VAULT_FURTHER_KEYS, and restart them one after the other.
  2. Give every service the new key as AUTORA_VAULT_KEY and the old one as AUTORA_VAULT_FURTHER_KEYS, likewise.
  3. Run this command with the same two settings and DATABASE_URL of an administrator.
  4. Keep the old key with dealer-ops: raw documents and identity numbers of before are still sealed under it.

Each can also be the content of a file: AUTORA_VAULT_KEY_FILE=/run/secrets/vault_key. Nothing secret is printed.`

/** `autora vault`: the key above the keys of dealer groups. */
export const vaultCommand: Command = {
  help,
  async run(args, on) {
    const { positionals } = readArguments('vault', args, {}, 1)
    if (positionals[0] !== 'rotate') throw new UsageError('What about the vault? autora vault rotate.')
    const home = homeOf(on.environment)
    const { url } = requireTarget(on.environment, home)
    const wrapping = wrappingFor(on.environment, home)
    const { rewrapped, verified } = await withClient(url, async (client) => {
      await client.query(`set role ${OWNER_ROLE}`)
      const db: KeyStatements = {
        query: async (sql, parameters) => (await client.query(sql, parameters as unknown[])).rows as never[],
      }
      return rewrapTenantKeys(db, wrapping)
    })
    on.out(`Wrapped ${rewrapped} keys under ${wrapping.id}.`)
    on.out(`All ${verified} keys of dealer groups open under it.`)
    return 0
  },
}
