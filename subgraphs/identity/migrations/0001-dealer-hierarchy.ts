import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Dealer group (tenant) → legal entity (responsible party, POPIA s1) → store (isolation unit), and brands. */
export class DealerHierarchy1764000000020 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(groups)
    await db.query(stores)
    for (const table of ['dealer_group', 'legal_entity', 'store', 'store_brand']) {
      await db.query(tenantWall(`identity.${table}`, 'autora_identity', { platform: true }))
      await db.query(mustBeAudited(`identity.${table}`))
    }
    await db.query(narrow('identity.store', 'autora_identity', 'own_stores', ownStores('id'), 'select'))
    await db.query(
      narrow('identity.store_brand', 'autora_identity', 'own_stores', ownStores('store_id'), 'select'),
    )
    await db.query(narrow('identity.legal_entity', 'autora_identity', 'own_entities', ownEntities, 'select'))
    await db.query(
      tenantWall('identity.store', 'autora_dealer_ops', { platform: false }).replaceAll(
        'policy ',
        'policy ops_',
      ),
    )
    await db.query(narrow('identity.store', 'autora_dealer_ops', 'ops_own_stores', ownStores('id'), 'select'))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop schema identity cascade')
  }
}

/** Who does not act for the whole group sees his own stores of it. */
const ownStores = (column: string) => `
  (select sec.is_tenant_wide()) or (select sec.is_platform()) or ${column} = any ((select sec.store_ids())::uuid[])`

const ownEntities = `
  (select sec.is_tenant_wide()) or (select sec.is_platform()) or exists (
    select from identity.store s where s.tenant_id = legal_entity.tenant_id and s.legal_entity_id = legal_entity.id)`

const groups = `
  create schema identity authorization current_user;

  create table identity.brand (
    code text primary key check (code ~ '^[A-Z0-9_]{2,20}$'),
    name text not null check (char_length(name) between 1 and 60)
  );
  comment on column identity.brand.code is 'class:PUBLIC';
  comment on column identity.brand.name is 'class:PUBLIC';

  -- a dealer group is its own tenant: tenant_id is its identity
  create table identity.dealer_group (
    tenant_id        uuid primary key,
    code             text not null unique check (code ~ '^[a-z0-9-]{2,40}$'),
    name             text not null check (char_length(name) between 1 and 120),
    kind             text not null check (kind in ('OEM_GROUP', 'FRANCHISE_GROUP', 'INDEPENDENT_GROUP', 'PORTFOLIO')),
    status           text not null default 'ACTIVE' check (status in ('ACTIVE', 'SUSPENDED', 'ARCHIVED')),
    parent_tenant_id uuid references identity.dealer_group (tenant_id),
    created_at       timestamptz not null default now(),
    check (tenant_id <> '00000000-0000-0000-0000-000000000000')
  );
  comment on column identity.dealer_group.code is 'class:PUBLIC';
  comment on column identity.dealer_group.name is 'class:PUBLIC';
  comment on column identity.dealer_group.kind is 'class:INTERNAL';
  comment on column identity.dealer_group.status is 'class:INTERNAL';

  create table identity.legal_entity (
    tenant_id                uuid not null references identity.dealer_group (tenant_id),
    id                       uuid not null,
    name                     text not null check (char_length(name) between 1 and 160),
    registration_number      text check (char_length(registration_number) <= 40),
    information_officer      text check (char_length(information_officer) <= 120),
    officer_registration_ref text check (char_length(officer_registration_ref) <= 60),
    country                  text not null default 'ZA' check (country ~ '^[A-Z]{2}$'),
    primary key (tenant_id, id)
  );
  comment on column identity.legal_entity.name is 'class:PUBLIC';
  comment on column identity.legal_entity.registration_number is 'class:INTERNAL';
  comment on column identity.legal_entity.information_officer is 'class:STAFF_NAME';
  comment on column identity.legal_entity.officer_registration_ref is 'class:INTERNAL';
  comment on column identity.legal_entity.country is 'class:PUBLIC';`

const stores = `
  create table identity.store (
    tenant_id       uuid not null references identity.dealer_group (tenant_id),
    id              uuid not null,
    legal_entity_id uuid not null,
    code            text not null check (code ~ '^[a-z0-9-]{2,40}$'),
    name            text not null check (char_length(name) between 1 and 120),
    city            text not null check (char_length(city) between 1 and 80),
    country         text not null default 'ZA' check (country ~ '^[A-Z]{2}$'),
    timezone        text not null default 'Africa/Johannesburg' check (char_length(timezone) <= 60),
    status          text not null default 'ACTIVE' check (status in ('ACTIVE', 'SUSPENDED', 'CLOSED')),
    sla_minutes     integer not null default 30 check (sla_minutes between 1 and 1440),
    opening_hours   text not null default 'Mo-Fr 08:00-17:30; Sa 08:30-13:00' check (char_length(opening_hours) <= 200),
    version         integer not null default 1,
    primary key (tenant_id, id),
    unique (tenant_id, code),
    foreign key (tenant_id, legal_entity_id) references identity.legal_entity (tenant_id, id)
  );
  comment on column identity.store.code is 'class:PUBLIC';
  comment on column identity.store.name is 'class:PUBLIC';
  comment on column identity.store.city is 'class:PUBLIC';
  comment on column identity.store.country is 'class:PUBLIC';
  comment on column identity.store.timezone is 'class:PUBLIC';
  comment on column identity.store.status is 'class:INTERNAL';
  comment on column identity.store.opening_hours is 'class:PUBLIC';

  create table identity.store_brand (
    tenant_id  uuid not null,
    store_id   uuid not null,
    brand_code text not null references identity.brand (code),
    primary key (tenant_id, store_id, brand_code),
    foreign key (tenant_id, store_id) references identity.store (tenant_id, id)
  );
  comment on column identity.store_brand.brand_code is 'class:PUBLIC';`

const privileges = `
  alter table identity.brand enable row level security, force row level security;
  create policy everybody on identity.brand for select
    to autora_identity, autora_dealer_ops, autora_audit using (true);
  create policy install on identity.brand to autora_owner using (true) with check (true);

  grant usage on schema identity to autora_identity, autora_dealer_ops, autora_audit, autora_sec;
  grant select on identity.brand to autora_identity, autora_dealer_ops, autora_audit;
  grant select on identity.dealer_group, identity.legal_entity, identity.store, identity.store_brand
    to autora_identity;
  grant select (tenant_id, id, legal_entity_id, code, name, country, timezone, sla_minutes, status)
    on identity.store to autora_dealer_ops;
  grant insert (tenant_id, code, name, kind, parent_tenant_id) on identity.dealer_group to autora_identity;
  grant update (sla_minutes, opening_hours, version) on identity.store to autora_identity;`
