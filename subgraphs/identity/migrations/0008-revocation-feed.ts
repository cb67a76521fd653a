import { REVOCATION_CHANNEL, tellsRevocation } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Whatever ends or changes somebody's access is told at commit, so that no gateway goes on with what it knows. */
export class RevocationFeed1764000000062 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(tell)
    for (const [table, kind, id, decides] of sources)
      await db.query(tellsRevocation(`identity.${table}`, kind, id, decides))
    const policy = 'old.* is distinct from new.*'
    await db.query(
      tellsRevocation('identity.access_policy', 'tenant', 'tenant_id', policy, 'insert or delete'),
    )
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function identity.tell_revocation() cascade')
  }
}

/** PostgreSQL itself leaves out what one transaction says twice. */
const tell = `
  create function identity.tell_revocation() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin
    perform pg_notify('${REVOCATION_CHANNEL}',
      tg_argv[0] || ':' || (case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end ->> tg_argv[1]));
    return null;
  end $$;`

/** Any column may decide but those that only name or count; columns that come later count as deciding. */
const anyBut = (...columns: readonly string[]) =>
  `to_jsonb(old) - '{${columns.join(',')}}'::text[] is distinct from to_jsonb(new) - '{${columns.join(',')}}'::text[]`

/** A session that is prolonged or stepped up loses nothing. */
const sources = [
  [
    'session',
    'session',
    'id',
    'old.ended_at is distinct from new.ended_at or new.expires_at < old.expires_at',
  ],
  ['membership', 'membership', 'id', anyBut('granted_by')],
  ['user_account', 'user', 'id', 'old.status is distinct from new.status'],
  ['api_key', 'key', 'id', anyBut('label', 'last_used_at')],
  ['partner_app', 'app', 'id', anyBut('name')],
  ['support_grant', 'grant', 'id', anyBut('requester')],
  ['dealer_group', 'tenant', 'tenant_id', 'old.status is distinct from new.status'],
  ['store', 'tenant', 'tenant_id', 'old.status is distinct from new.status'],
] as const
