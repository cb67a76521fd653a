import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Accounts are people who sign in; a user is what such a person is inside one dealer group. A session is one sign-in
 * of a person as one membership: what tokens name, and what can be ended (docs/decisions/0008-issuer.md).
 */
export class AccountsAndSessions1764000000051 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(accounts)
    await db.query(sessions)
    await db.query(tenantWall('identity.session', 'autora_identity', { platform: true }))
    await db.query(narrow('identity.session', 'autora_identity', 'people', visibleSessions, 'select'))
    await db.query(issuerWall('identity.session'))
    await db.query(mustBeAudited('identity.session'))
    for (const table of ['user_account', 'membership', 'dealer_group', 'store', 'support_grant'])
      await db.query(issuerWall(`identity.${table}`))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.session; drop schema issuer cascade')
  }
}

/** The issuer reads the people of all tenants before it knows whom it speaks to; nobody else holds its seal. */
const issuerWall = (table: string) =>
  tenantWall(table, 'autora_issuer', { platform: true }).replaceAll('policy ', 'policy issuer_')

/** One's own sessions, and those of the people one answers for; platform support nobody's without a grant. */
const visibleSessions = `
  user_id = (select sec.actor_id()) or (select sec.is_tenant_wide())
  or ((select sec.is_platform()) and (select sec.principal()) <> 'PLATFORM_SUPPORT')
  or exists (select from identity.user_account u where u.tenant_id = session.tenant_id and u.id = session.user_id)`

const accounts = `
  create schema issuer authorization current_user;

  create table issuer.account (
    id            uuid primary key,
    email         text not null check (char_length(email) between 3 and 254 and email = lower(email)),
    status        text not null default 'ACTIVE' check (status in ('ACTIVE', 'DISABLED')),
    password_hash text check (password_hash like '$argon2id$%'),
    created_at    timestamptz not null default clock_timestamp(),
    unique (email)
  );
  comment on column issuer.account.email is 'class:STAFF';
  comment on column issuer.account.status is 'class:INTERNAL';
  comment on column issuer.account.password_hash is 'class:SECRET';
  alter table issuer.account enable row level security, force row level security;
  create policy wall on issuer.account as restrictive to autora_issuer
    using ((select sec.actor_id()) is not null) with check ((select sec.actor_id()) is not null);
  create policy rows on issuer.account to autora_issuer using (true) with check (true);

  -- null until the person has accepted the invitation of this group
  alter table identity.user_account add column account_id uuid references issuer.account (id);
  create index user_account_account on identity.user_account (account_id);`

const sessions = `
  create table identity.session (
    tenant_id        uuid not null,
    id               uuid not null,
    user_id          uuid not null,
    membership_id    uuid not null,
    account_id       uuid not null,
    client_id        text not null check (char_length(client_id) between 1 and 200),
    authorization_id text not null check (char_length(authorization_id) between 1 and 100),
    support_grant_id uuid,
    is_analyst       boolean not null default false,
    assurance        text not null check (assurance in ('PASSWORD', 'MFA')),
    authenticated_at timestamptz not null,
    started_at       timestamptz not null default clock_timestamp(),
    expires_at       timestamptz not null,
    ended_at         timestamptz,
    end_reason       text check (end_reason in
      ('SIGNED_OUT', 'REVOKED', 'REUSE_DETECTED', 'PASSWORD_CHANGED', 'MEMBERSHIP_ENDED', 'GRANT_ENDED')),
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references identity.user_account (tenant_id, id),
    foreign key (tenant_id, membership_id) references identity.membership (tenant_id, id),
    check ((ended_at is null) = (end_reason is null))
  );
  comment on column identity.session.client_id is 'class:INTERNAL';
  comment on column identity.session.authorization_id is 'class:PSEUDO';
  comment on column identity.session.assurance is 'class:INTERNAL';
  comment on column identity.session.end_reason is 'class:INTERNAL';
  create index session_id on identity.session (id);
  create index session_user_started on identity.session (tenant_id, user_id, started_at desc);
  create index session_account on identity.session (account_id);
  create index session_authorization on identity.session (authorization_id);`

const privileges = `
  grant usage on schema issuer to autora_issuer;
  grant usage on schema identity to autora_issuer;
  grant select, insert on issuer.account to autora_issuer;
  grant update (status, password_hash) on issuer.account to autora_issuer;

  grant select on identity.user_account, identity.membership, identity.dealer_group, identity.support_grant
    to autora_issuer;
  grant select (tenant_id, id, code, name, status) on identity.store to autora_issuer;
  grant update (account_id, status) on identity.user_account to autora_issuer;
  grant select, insert on identity.session to autora_issuer;
  grant update (ended_at, end_reason, expires_at, assurance, authenticated_at) on identity.session to autora_issuer;

  grant select (tenant_id, id, user_id, membership_id, client_id, support_grant_id, is_analyst, assurance,
    authenticated_at, started_at, expires_at, ended_at, end_reason) on identity.session to autora_identity;
  grant update (ended_at, end_reason) on identity.session to autora_identity;

  create policy append_wall_issuer on audit.event as restrictive for insert to autora_issuer
    with check ((select sec.actor_id()) is not null);
  create policy append_issuer on audit.event for insert to autora_issuer with check (true);
  grant usage on schema audit to autora_issuer;
  grant insert (tenant_id, action, action_version, outcome, store_id, target_type, target_id, detail)
    on audit.event to autora_issuer;`
