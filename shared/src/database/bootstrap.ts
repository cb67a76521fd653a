import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { Audience, SealKey } from '../actor/index.js'
import { advisoryLocks } from './locks.js'
import { type Login, loginRole, logins, OWNER_ROLE, SEC_ROLE } from './roles.js'

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

const roleIfMissing = (role: string, options: string) => `
  do $$ begin
    if not exists (select from pg_roles where rolname = ${literal(role)}) then create role ${role} ${options}; end if;
  end $$;`

/** Passwords of the login roles. */
export type RolePasswords = Readonly<Record<Login, string>>

/** Fresh random passwords, 192 bits each. */
export const newRolePasswords = (): RolePasswords =>
  Object.fromEntries(logins.map((name) => [name, randomBytes(24).toString('base64url')])) as Record<
    Login,
    string
  >

/**
 * Creates the roles of the platform, sets the passwords of the login roles and opens the database to them. Idempotent.
 *
 * @param adminUrl - a role that may create roles and owns the database; a superuser is not needed.
 */
export async function bootstrapRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  await withClient(adminUrl, async (db) => {
    await db.query(`begin; select pg_advisory_xact_lock(${advisoryLocks.bootstrap})`)
    await db.query(roleIfMissing(OWNER_ROLE, 'nologin noinherit'))
    await db.query(roleIfMissing(SEC_ROLE, 'nologin noinherit'))
    for (const name of logins) {
      await db.query(roleIfMissing(loginRole(name), 'login noinherit nocreatedb nocreaterole'))
      await db.query(`alter role ${loginRole(name)} with password ${literal(passwords[name])}`)
      await db.query(`alter role ${loginRole(name)} set statement_timeout = '2s'`)
      await db.query(`alter role ${loginRole(name)} set idle_in_transaction_session_timeout = '5s'`)
    }
    const roles = logins.map(loginRole).join(', ')
    const { rows } = await db.query<{ name: string }>('select quote_ident(current_database()) as name')
    const database = rows[0]?.name ?? ''
    await db.query(`
      grant ${OWNER_ROLE} to current_user;
      grant ${SEC_ROLE} to ${OWNER_ROLE};
      revoke all on database ${database} from public;
      revoke all on schema public from public;
      grant create on database ${database} to ${OWNER_ROLE};
      grant connect on database ${database} to ${roles}`)
    await db.query('commit')
  })
}

/**
 * Makes a key usable for sealing from now on. Installing the same id again changes nothing.
 *
 * @param audience - the only audience it may seal for; by default every subgraph, and never the issuer.
 */
export async function installSealKey(adminUrl: string, key: SealKey, audience?: Audience): Promise<void> {
  const pad = (byte: number) => {
    const block = Buffer.alloc(64, byte)
    for (const [i, value] of key.secret.entries()) block[i] = value ^ byte
    return block
  }
  await withClient(adminUrl, async (db) => {
    await db.query(`set role ${OWNER_ROLE}`)
    await db.query(
      `insert into sec.seal_key (id, inner_pad, outer_pad, audience) values ($1, $2, $3, $4) on conflict (id) do nothing`,
      [key.id, pad(0x36), pad(0x5c), audience ?? null],
    )
  })
}

/** Ends a key: seals made with it open nothing after `overlapSeconds` (default 60, more than a seal lives). */
export async function retireSealKey(adminUrl: string, keyId: string, overlapSeconds = 60): Promise<void> {
  await withClient(adminUrl, async (db) => {
    await db.query(`set role ${OWNER_ROLE}`)
    await db.query(`update sec.seal_key set valid_until = now() + $2 * interval '1 second' where id = $1`, [
      keyId,
      overlapSeconds,
    ])
  })
}

/** Runs `work` on one connection and closes it, whatever happens. */
export async function withClient<T>(url: string, work: (db: Client) => Promise<T>): Promise<T> {
  const db = new Client({ connectionString: url, application_name: 'autora-admin' })
  await db.connect()
  try {
    return await work(db)
  } finally {
    await db.end()
  }
}
