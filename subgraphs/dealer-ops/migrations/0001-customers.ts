import { mustBeAudited, narrow, storeWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const app = 'autora_dealer_ops'

/** Customers of one store: persons and juristic persons (both are data subjects, POPIA s1), their phones and e-mails. */
export class Customers1764000000030 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(tables)
    for (const table of ['customer', 'customer_phone', 'customer_email']) {
      await db.query(storeWall(`dealer_ops.${table}`, app))
      await db.query(mustBeAudited(`dealer_ops.${table}`))
    }
    await db.query(
      narrow('dealer_ops.customer_phone', app, 'of_visible', ofVisible('customer_phone'), 'select'),
    )
    await db.query(
      narrow('dealer_ops.customer_email', app, 'of_visible', ofVisible('customer_email'), 'select'),
    )
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop schema dealer_ops cascade')
  }
}

/** Only a key is narrowed below its stores; for everybody else the check is one comparison per statement. */
const ofVisible = (table: string) => `
  (select sec.app_id()) is null or exists (
    select from dealer_ops.customer c where c.tenant_id = ${table}.tenant_id and c.store_id = ${table}.store_id
      and c.id = ${table}.customer_id)`

const tables = `
  create schema dealer_ops authorization current_user;
  grant usage on schema dealer_ops to autora_dealer_ops;

  create table dealer_ops.customer (
    tenant_id       uuid not null default sec.tenant_id(),
    store_id        uuid not null,
    id              uuid not null default gen_random_uuid(),
    legal_entity_id uuid not null,
    kind            text not null default 'PERSON' check (kind in ('PERSON', 'JURISTIC')),
    first_name      text check (char_length(first_name) <= 255),
    last_name       text check (char_length(last_name) <= 255),
    company         text check (char_length(company) <= 255),
    address         text check (char_length(address) <= 1000),
    language        text check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
    created_at      timestamptz not null default clock_timestamp(),
    primary key (tenant_id, store_id, id),
    foreign key (tenant_id, store_id) references identity.store (tenant_id, id),
    foreign key (tenant_id, legal_entity_id) references identity.legal_entity (tenant_id, id)
  );
  comment on column dealer_ops.customer.kind is 'class:INTERNAL';
  comment on column dealer_ops.customer.first_name is 'class:CONTACT';
  comment on column dealer_ops.customer.last_name is 'class:CONTACT';
  comment on column dealer_ops.customer.company is 'class:CONTACT';
  comment on column dealer_ops.customer.address is 'class:CONTACT';
  comment on column dealer_ops.customer.language is 'class:INTERNAL';
  create index customer_id on dealer_ops.customer (tenant_id, id);
  create index customer_newest on dealer_ops.customer (tenant_id, store_id, created_at desc, id desc);
  create index customer_tenant_newest on dealer_ops.customer (tenant_id, created_at desc, id desc);

  create table dealer_ops.customer_phone (
    tenant_id   uuid not null default sec.tenant_id(),
    store_id    uuid not null,
    customer_id uuid not null,
    position    smallint not null check (position between 1 and 20),
    raw         text not null check (char_length(raw) between 1 and 100),  -- as received, every character
    e164        text check (e164 ~ '^\\+[0-9]{6,15}$'),                    -- only where the number is valid
    type        text not null check (type in ('VOICE', 'FAX', 'MOBILE', 'PAGER', 'UNKNOWN')),
    primary key (tenant_id, store_id, customer_id, position),
    foreign key (tenant_id, store_id, customer_id) references dealer_ops.customer (tenant_id, store_id, id)
  );
  comment on column dealer_ops.customer_phone.raw is 'class:CONTACT';
  comment on column dealer_ops.customer_phone.e164 is 'class:CONTACT';
  comment on column dealer_ops.customer_phone.type is 'class:INTERNAL';
  create index customer_phone_e164 on dealer_ops.customer_phone (tenant_id, store_id, e164);

  create table dealer_ops.customer_email (
    tenant_id   uuid not null default sec.tenant_id(),
    store_id    uuid not null,
    customer_id uuid not null,
    position    smallint not null check (position between 1 and 20),
    address     text not null check (char_length(address) between 3 and 254),
    normalized  text not null check (char_length(normalized) between 3 and 254),
    primary key (tenant_id, store_id, customer_id, position),
    foreign key (tenant_id, store_id, customer_id) references dealer_ops.customer (tenant_id, store_id, id)
  );
  comment on column dealer_ops.customer_email.address is 'class:CONTACT';
  comment on column dealer_ops.customer_email.normalized is 'class:CONTACT';
  create index customer_email_normalized on dealer_ops.customer_email (tenant_id, store_id, normalized);`

const privileges = `
  grant select on dealer_ops.customer, dealer_ops.customer_phone, dealer_ops.customer_email to autora_dealer_ops;
  grant insert (store_id, id, legal_entity_id, kind, first_name, last_name, company, address, language)
    on dealer_ops.customer to autora_dealer_ops;
  grant insert (store_id, customer_id, position, raw, e164, type) on dealer_ops.customer_phone to autora_dealer_ops;
  grant insert (store_id, customer_id, position, address, normalized)
    on dealer_ops.customer_email to autora_dealer_ops;`
