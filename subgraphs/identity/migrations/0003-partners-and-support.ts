import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Partner applications, their keys, and support grants: the access that ends by itself. */
export class PartnersAndSupport1764000000022 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(partners)
    await db.query(grants)
    for (const table of ['partner_app', 'api_key', 'support_grant']) {
      await db.query(tenantWall(`identity.${table}`, 'autora_identity', { platform: true }))
      await db.query(mustBeAudited(`identity.${table}`))
    }
    await db.query(narrow('identity.partner_app', 'autora_identity', 'own_app', ownApp('id'), 'select'))
    await db.query(narrow('identity.api_key', 'autora_identity', 'own_app', ownApp('app_id'), 'select'))
    await db.query(narrow('identity.api_key', 'autora_identity', 'own_stores', within))
    await db.query(narrow('identity.support_grant', 'autora_identity', 'own_grant', ownGrant, 'select'))
    await db.query(privileges)
    await db.query(activeGrant)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.support_grant, identity.api_key, identity.partner_app')
  }
}

/** Somebody who answers for some stores only governs what lies within them. */
const within = `
  ((select sec.is_tenant_wide()) or (select sec.is_platform()) or store_ids <@ (select sec.store_ids())::uuid[])`

/** A key sees its own application; platform support sees none without a grant. */
const ownApp = (column: string) => `
  ((select sec.app_id()) is null or ${column} = (select sec.app_id()))
  and ((select sec.principal()) <> 'PLATFORM_SUPPORT' or not (select sec.is_platform()))`

/** A supporter sees his own grants; a Dealer Admin those that lie within his stores. */
const ownGrant = `
  user_id = (select sec.actor_id()) or ${within}
  and (select sec.principal()) <> 'PLATFORM_SUPPORT'`

const partners = `
  create table identity.partner_app (
    tenant_id       uuid not null references identity.dealer_group (tenant_id),
    id              uuid not null,
    legal_entity_id uuid not null,
    name            text not null check (char_length(name) between 1 and 120),
    status          text not null default 'ACTIVE' check (status in ('ACTIVE', 'SUSPENDED')),
    created_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, legal_entity_id) references identity.legal_entity (tenant_id, id)
  );
  comment on column identity.partner_app.name is 'class:PUBLIC';
  comment on column identity.partner_app.status is 'class:GOVERNANCE';

  create table identity.api_key (
    tenant_id   uuid not null,
    id          uuid not null,
    app_id      uuid not null,
    label       text not null check (char_length(label) between 1 and 80),
    secret_mac  bytea not null check (octet_length(secret_mac) = 32), -- HMAC-SHA-256 under a pepper, never the secret
    last_four   text not null check (char_length(last_four) = 4),
    scopes      text[] not null check (cardinality(scopes) between 1 and 20),
    store_ids   uuid[] not null check (cardinality(store_ids) between 1 and 200),
    purpose     text not null default 'SALES_ENQUIRY' check (purpose ~ '^[A-Z_]{2,40}$'),
    created_by  uuid,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    revoked_at  timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, app_id) references identity.partner_app (tenant_id, id),
    check (expires_at <= created_at + interval '365 days')
  );
  comment on column identity.api_key.label is 'class:GOVERNANCE';
  comment on column identity.api_key.last_four is 'class:GOVERNANCE';
  comment on column identity.api_key.scopes is 'class:GOVERNANCE';
  comment on column identity.api_key.purpose is 'class:GOVERNANCE';
  create index api_key_id on identity.api_key (id);
  create index api_key_app on identity.api_key (tenant_id, app_id);`

const grants = `
  create table identity.support_grant (
    tenant_id    uuid not null references identity.dealer_group (tenant_id),
    id           uuid not null,
    user_id      uuid not null,      -- the supporter, of the platform tenant
    requester    text not null check (char_length(requester) between 1 and 120), -- his name then: the dealer sees whom he lets in
    ticket_ref   text not null check (char_length(ticket_ref) between 1 and 60),
    reason       text not null check (char_length(reason) between 10 and 500),
    store_ids    uuid[] not null check (cardinality(store_ids) between 1 and 200),
    pii_level    text not null check (pii_level in ('NONE', 'MASKED', 'CLEAR')),
    status       text not null default 'REQUESTED'
      check (status in ('REQUESTED', 'APPROVED', 'REFUSED', 'REVOKED')),
    minutes      integer not null check (minutes between 5 and 240),
    requested_at timestamptz not null default clock_timestamp(),
    decided_at   timestamptz,
    decided_by   uuid,
    starts_at    timestamptz,
    expires_at   timestamptz,
    primary key (tenant_id, id),
    check ((status = 'APPROVED') <= (starts_at is not null and expires_at is not null and decided_by is not null)),
    check (expires_at <= starts_at + interval '4 hours'),
    check (decided_by is null or decided_by <> user_id or status = 'REVOKED')
  );
  comment on column identity.support_grant.requester is 'class:STAFF_NAME';
  comment on column identity.support_grant.ticket_ref is 'class:GOVERNANCE';
  comment on column identity.support_grant.reason is 'class:GOVERNANCE';
  comment on column identity.support_grant.pii_level is 'class:GOVERNANCE';
  comment on column identity.support_grant.status is 'class:GOVERNANCE';
  create index support_grant_id on identity.support_grant (id);
  create policy check_grant on identity.support_grant for select to autora_sec using (true);
  grant select on identity.support_grant to autora_sec;`

const privileges = `
  grant select on identity.partner_app, identity.support_grant to autora_identity;
  grant select (tenant_id, id, app_id, label, last_four, scopes, store_ids, purpose, created_by, created_at,
    expires_at, revoked_at) on identity.api_key to autora_identity;
  grant insert (tenant_id, id, app_id, label, secret_mac, last_four, scopes, store_ids, purpose, created_by,
    expires_at) on identity.api_key to autora_identity;
  grant update (revoked_at, expires_at) on identity.api_key to autora_identity;
  grant insert (tenant_id, id, user_id, requester, ticket_ref, reason, store_ids, pii_level, minutes)
    on identity.support_grant to autora_identity;
  grant update (status, decided_at, decided_by, starts_at, expires_at) on identity.support_grant to autora_identity;

  -- the MAC of a key can be asked about but never read: true or false is all that leaves the database
  create policy check_key on identity.api_key for select to autora_sec using (true);
  grant select on identity.api_key to autora_sec;
  grant create on schema identity to autora_sec;
  create function identity.key_matches(key_id uuid, mac bytea) returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (select from identity.api_key where id = key_id and sha256(secret_mac) = sha256(mac)) $$;
  grant execute on function identity.key_matches(uuid, bytea) to autora_identity;
  alter function identity.key_matches(uuid, bytea) owner to autora_sec;
  revoke create on schema identity from autora_sec;`

/** An expired, revoked or foreign grant opens nothing, whatever the token or the seal say. */
const activeGrant = `
  set local role autora_sec;
  create or replace function sec.grant_is_active(grant_id uuid, tenant_id uuid, user_id uuid) returns boolean
    language sql stable set search_path = pg_catalog as $$
      select exists (
        select from identity.support_grant g
         where g.id = $1 and g.tenant_id = $2 and g.user_id = $3 and g.status = 'APPROVED'
           and clock_timestamp() >= g.starts_at and clock_timestamp() < g.expires_at) $$;
  set local role autora_owner;`
