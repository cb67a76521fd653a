import {
  mustBeAudited,
  narrow,
  REVOCATION_CHANNEL,
  tellsRevocation,
  tenantWall,
} from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Whatever ends or changes somebody's access is told at commit, so that no gateway goes on with what it knows. And the
 * dealer groups' own OpenID providers, with the subjects they may speak for: people of the same group, never anybody else.
 */
export class RevocationsAndProviders1764000000062 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(tell)
    for (const [table, kind, id, decides] of sources)
      await db.query(tellsRevocation(`identity.${table}`, kind, id, decides))
    const policy = 'old.* is distinct from new.*'
    await db.query(
      tellsRevocation('identity.access_policy', 'tenant', 'tenant_id', policy, 'insert or delete'),
    )
    await this.providers(db)
  }

  private async providers(db: QueryRunner): Promise<void> {
    await db.query(providers)
    for (const table of ['identity.identity_provider', 'identity.external_identity']) {
      await db.query(tenantWall(table, 'autora_identity', { platform: true }))
      await db.query(narrow(table, 'autora_identity', 'whole_group', wholeGroup))
      await db.query(mustBeAudited(table))
    }
    const decides = anyBut('name')
    await db.query(
      tellsRevocation('identity.identity_provider', 'provider', 'id', decides, 'insert or delete'),
    )
    const ends = 'old.ended_at is distinct from new.ended_at'
    await db.query(tellsRevocation('identity.external_identity', 'user', 'user_id', ends))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.external_identity, identity.identity_provider')
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

/** Who answers for some stores only has no say in how the whole group signs in. */
const wholeGroup = `
  (select sec.is_tenant_wide())
  or ((select sec.is_platform()) and (select sec.principal()) <> 'PLATFORM_SUPPORT')`

/** Plain http is for loopback, which identity accepts in development only. */
const address = (column: string) => `
  ${column} text not null check (char_length(${column}) between 8 and 300
    and ${column} ~ '^(https://[^/@?#[:space:]]+|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]+)?)(/[^@?#[:space:]]*)?$')`

const providers = `
  create table identity.identity_provider (
    tenant_id     uuid not null references identity.dealer_group (tenant_id), -- so never the platform
    id            uuid not null,
    name          text not null check (char_length(name) between 1 and 80),
    ${address('issuer')},
    audience      text not null check (char_length(audience) between 1 and 200),
    ${address('jwks_uri')},
    algorithms    text[] not null
      check (cardinality(algorithms) between 1 and 4 and algorithms <@ array['ES256', 'EdDSA', 'PS256', 'RS256']),
    subject_claim text not null default 'sub' check (subject_claim ~ '^[A-Za-z][A-Za-z0-9_]{0,59}$'),
    token_type    text not null default 'AT_JWT' check (token_type in ('AT_JWT', 'JWT')),
    status        text not null default 'ACTIVE' check (status in ('ACTIVE', 'DISABLED', 'REMOVED')),
    version       integer not null default 1,
    created_at    timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id)
  );
  comment on column identity.identity_provider.name is 'class:GOVERNANCE';
  comment on column identity.identity_provider.issuer is 'class:GOVERNANCE';
  comment on column identity.identity_provider.audience is 'class:GOVERNANCE';
  comment on column identity.identity_provider.jwks_uri is 'class:GOVERNANCE';
  comment on column identity.identity_provider.algorithms is 'class:GOVERNANCE';
  comment on column identity.identity_provider.subject_claim is 'class:GOVERNANCE';
  comment on column identity.identity_provider.token_type is 'class:GOVERNANCE';
  comment on column identity.identity_provider.status is 'class:GOVERNANCE';
  -- a token belongs to one group or to none: this uniqueness crosses groups on purpose
  create unique index identity_provider_place on identity.identity_provider (issuer, audience) where status <> 'REMOVED';
  create index identity_provider_id on identity.identity_provider (id);

  create table identity.external_identity (
    tenant_id   uuid not null,
    id          uuid not null,
    provider_id uuid not null,
    subject     text not null check (char_length(subject) between 1 and 255),
    user_id     uuid not null,
    linked_at   timestamptz not null default clock_timestamp(),
    linked_by   uuid not null default sec.actor_id(),
    ended_at    timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, provider_id) references identity.identity_provider (tenant_id, id),
    foreign key (tenant_id, user_id) references identity.user_account (tenant_id, id)
  );
  comment on column identity.external_identity.subject is 'class:STAFF';
  create unique index external_identity_subject
    on identity.external_identity (tenant_id, provider_id, subject) where ended_at is null;
  create index external_identity_user on identity.external_identity (tenant_id, user_id);`

const privileges = `
  grant select on identity.identity_provider, identity.external_identity to autora_identity;
  grant insert (tenant_id, id, name, issuer, audience, jwks_uri, algorithms, subject_claim, token_type, status)
    on identity.identity_provider to autora_identity;
  grant update (name, jwks_uri, algorithms, subject_claim, token_type, status, version)
    on identity.identity_provider to autora_identity;
  grant insert (tenant_id, id, provider_id, subject, user_id) on identity.external_identity to autora_identity;
  grant update (ended_at) on identity.external_identity to autora_identity;`
