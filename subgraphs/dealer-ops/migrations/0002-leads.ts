import { mustBeAudited, narrow, storeWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const app = 'autora_dealer_ops'
const children = ['lead_vehicle', 'lead_external_id', 'lead_status_change']

/** Leads with the vehicles they are about, their ids elsewhere and every status they ever had. */
export class Leads1764000000031 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(lead)
    await db.query(parts)
    for (const table of ['lead', ...children]) {
      await db.query(storeWall(`dealer_ops.${table}`, app))
      await db.query(mustBeAudited(`dealer_ops.${table}`))
    }
    await db.query(narrow('dealer_ops.lead', app, 'own_submissions', ownSubmissions))
    for (const table of children)
      await db.query(narrow(`dealer_ops.${table}`, app, 'of_visible', ofVisible(table), 'select'))
    await db.query(narrow('dealer_ops.customer', app, 'of_own_leads', ofOwnLeads, 'select'))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop policy of_own_leads on dealer_ops.customer')
    await db.query(
      'drop table dealer_ops.lead_status_change, dealer_ops.lead_external_id, dealer_ops.lead_vehicle',
    )
    await db.query('drop table dealer_ops.lead')
  }
}

/** A partner's key sees and writes what its own application submitted, nothing else of the store. */
const ownSubmissions = `(select sec.app_id()) is null or submitted_by = (select sec.app_id())`

const ofVisible = (table: string) => `
  (select sec.app_id()) is null or exists (
    select from dealer_ops.lead l
     where l.tenant_id = ${table}.tenant_id and l.store_id = ${table}.store_id and l.id = ${table}.lead_id)`

const ofOwnLeads = `
  (select sec.app_id()) is null or exists (
    select from dealer_ops.lead l
     where l.tenant_id = customer.tenant_id and l.store_id = customer.store_id and l.customer_id = customer.id)`

const lead = `
  create table dealer_ops.lead (
    tenant_id         uuid not null default sec.tenant_id(),
    store_id          uuid not null,
    id                uuid not null default gen_random_uuid(),
    customer_id       uuid not null,
    status            text not null default 'NEW' check (status in ('NEW', 'ASSIGNED', 'CONTACTED', 'ENGAGED',
      'APPOINTMENT_SET', 'VISITED', 'NEGOTIATING', 'WON', 'LOST', 'DUPLICATE', 'SPAM', 'MERGED', 'REOPENED')),
    lost_reason       text check (char_length(lost_reason) between 1 and 200),
    interest          text not null check (interest in ('BUY', 'LEASE', 'SELL', 'TRADE_IN', 'TEST_DRIVE', 'SERVICE')),
    source            text not null check (source in ('WEBSITE', 'MARKETPLACE', 'SOCIAL', 'WHATSAPP', 'SEARCH', 'OEM',
      'WALK_IN', 'PHONE', 'REFERRAL', 'EVENT', 'PARTNER')),
    source_name       text check (char_length(source_name) <= 120),
    campaign          text check (char_length(campaign) <= 120),
    brand_code        text references identity.brand (code),
    budget_cents      bigint check (budget_cents >= 0),
    budget_currency   text check (budget_currency ~ '^[A-Z]{3}$'),
    finance_intent    text check (char_length(finance_intent) <= 200),
    comments          text check (char_length(comments) <= 32000),
    referrer          text check (char_length(referrer) <= 8000),
    consent_state     text not null default 'UNKNOWN'
      check (consent_state in ('UNKNOWN', 'GRANTED', 'WITHDRAWN', 'EXPIRED')),
    assignee_id       uuid,
    submitted_by      uuid,          -- partner application
    received_at       timestamptz not null default clock_timestamp(),
    requested_at      timestamptz,   -- as the sender dates it
    first_response_at timestamptz,
    sla_due_at        timestamptz,
    closed_at         timestamptz,
    version           integer not null default 1,
    primary key (tenant_id, store_id, id),
    foreign key (tenant_id, store_id) references identity.store (tenant_id, id),
    foreign key (tenant_id, store_id, customer_id) references dealer_ops.customer (tenant_id, store_id, id),
    foreign key (tenant_id, assignee_id) references identity.user_account (tenant_id, id),
    foreign key (tenant_id, submitted_by) references identity.partner_app (tenant_id, id),
    check ((status = 'LOST') <= (lost_reason is not null)),
    check ((budget_cents is null) = (budget_currency is null))
  );
  comment on column dealer_ops.lead.status is 'class:INTERNAL';
  comment on column dealer_ops.lead.lost_reason is 'class:INTERNAL';
  comment on column dealer_ops.lead.interest is 'class:INTERNAL';
  comment on column dealer_ops.lead.source is 'class:INTERNAL';
  comment on column dealer_ops.lead.source_name is 'class:INTERNAL';
  comment on column dealer_ops.lead.campaign is 'class:INTERNAL';
  comment on column dealer_ops.lead.brand_code is 'class:PUBLIC';
  comment on column dealer_ops.lead.budget_cents is 'class:FINANCIAL';
  comment on column dealer_ops.lead.budget_currency is 'class:FINANCIAL';
  comment on column dealer_ops.lead.finance_intent is 'class:FINANCIAL';
  comment on column dealer_ops.lead.comments is 'class:BODY';
  comment on column dealer_ops.lead.referrer is 'class:BEHAVIOUR';
  comment on column dealer_ops.lead.consent_state is 'class:INTERNAL';
  create index lead_newest on dealer_ops.lead (tenant_id, store_id, received_at desc, id desc);
  create index lead_tenant_newest on dealer_ops.lead (tenant_id, received_at desc, id desc);
  create index lead_id on dealer_ops.lead (tenant_id, id);
  create index lead_customer on dealer_ops.lead (tenant_id, store_id, customer_id);
  create index lead_submitted on dealer_ops.lead (tenant_id, store_id, submitted_by, received_at desc, id desc);
  create index lead_assignee on dealer_ops.lead (tenant_id, store_id, assignee_id, received_at desc);`

const parts = `
  create table dealer_ops.lead_vehicle (
    tenant_id      uuid not null default sec.tenant_id(),
    store_id       uuid not null,
    lead_id        uuid not null,
    position       smallint not null check (position between 1 and 40),
    part           text not null check (part in ('WANTED', 'TRADE_IN')),
    year           smallint check (year between 1886 and 2200),
    make           text check (char_length(make) <= 120),
    model          text check (char_length(model) <= 120),
    trim_level     text check (char_length(trim_level) <= 120),
    stock_number   text check (char_length(stock_number) <= 120),
    vin            text check (char_length(vin) <= 40),   -- of a wanted vehicle
    own_vin        text check (char_length(own_vin) <= 40), -- of the customer's own car: leads to a person
    condition      text check (condition in ('NEW', 'USED')),
    odometer       integer check (odometer >= 0),
    odometer_unit  text check (odometer_unit in ('KM', 'MI')),
    primary key (tenant_id, store_id, lead_id, position),
    foreign key (tenant_id, store_id, lead_id) references dealer_ops.lead (tenant_id, store_id, id)
  );
  comment on column dealer_ops.lead_vehicle.part is 'class:INTERNAL';
  comment on column dealer_ops.lead_vehicle.make is 'class:INTERNAL';
  comment on column dealer_ops.lead_vehicle.model is 'class:INTERNAL';
  comment on column dealer_ops.lead_vehicle.trim_level is 'class:INTERNAL';
  comment on column dealer_ops.lead_vehicle.stock_number is 'class:INTERNAL';
  comment on column dealer_ops.lead_vehicle.vin is 'class:INTERNAL';
  comment on column dealer_ops.lead_vehicle.own_vin is 'class:CONTACT';
  comment on column dealer_ops.lead_vehicle.condition is 'class:INTERNAL';
  comment on column dealer_ops.lead_vehicle.odometer_unit is 'class:INTERNAL';

  create table dealer_ops.lead_external_id (
    tenant_id uuid not null default sec.tenant_id(),
    store_id  uuid not null,
    lead_id   uuid not null,
    position  smallint not null check (position between 1 and 40),
    source    text check (char_length(source) <= 200),
    value     text not null check (char_length(value) between 1 and 200),
    primary key (tenant_id, store_id, lead_id, position),
    foreign key (tenant_id, store_id, lead_id) references dealer_ops.lead (tenant_id, store_id, id)
  );
  comment on column dealer_ops.lead_external_id.source is 'class:PSEUDO';
  comment on column dealer_ops.lead_external_id.value is 'class:PSEUDO';

  create table dealer_ops.lead_status_change (
    tenant_id   uuid not null default sec.tenant_id(),
    store_id    uuid not null,
    lead_id     uuid not null,
    position    integer not null check (position > 0),
    from_status text check (char_length(from_status) <= 20),
    to_status   text not null check (char_length(to_status) <= 20),
    changed_by  uuid not null default sec.actor_id(),
    changed_at  timestamptz not null default clock_timestamp(),
    primary key (tenant_id, store_id, lead_id, position),
    foreign key (tenant_id, store_id, lead_id) references dealer_ops.lead (tenant_id, store_id, id)
  );
  comment on column dealer_ops.lead_status_change.from_status is 'class:INTERNAL';
  comment on column dealer_ops.lead_status_change.to_status is 'class:INTERNAL';`

const privileges = `
  grant select on dealer_ops.lead, dealer_ops.lead_vehicle, dealer_ops.lead_external_id, dealer_ops.lead_status_change
    to autora_dealer_ops;
  grant insert (store_id, id, customer_id, status, interest, source, source_name, campaign, brand_code, budget_cents,
    budget_currency, finance_intent, comments, referrer, assignee_id, submitted_by, requested_at, sla_due_at)
    on dealer_ops.lead to autora_dealer_ops;
  grant update (status, lost_reason, assignee_id, first_response_at, closed_at, version)
    on dealer_ops.lead to autora_dealer_ops;
  grant insert (store_id, lead_id, position, part, year, make, model, trim_level, stock_number, vin, own_vin, condition,
    odometer, odometer_unit) on dealer_ops.lead_vehicle to autora_dealer_ops;
  grant insert (store_id, lead_id, position, source, value) on dealer_ops.lead_external_id to autora_dealer_ops;
  grant insert (store_id, lead_id, position, from_status, to_status)
    on dealer_ops.lead_status_change to autora_dealer_ops;`
