import { mustBeAudited, narrow, storeWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const app = 'autora_dealer_ops'

/** Conversations with their messages, and appointments that can never overlap on one resource. */
export class Conversations1764000000032 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(conversation)
    await db.query(appointment)
    for (const table of ['conversation', 'message', 'appointment']) {
      await db.query(storeWall(`dealer_ops.${table}`, app))
      await db.query(mustBeAudited(`dealer_ops.${table}`))
    }
    await db.query(narrow('dealer_ops.conversation', app, 'of_visible', ofLead('conversation')))
    await db.query(narrow('dealer_ops.appointment', app, 'of_visible', ofLead('appointment')))
    await db.query(narrow('dealer_ops.message', app, 'of_visible', ofConversation))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table dealer_ops.appointment, dealer_ops.message, dealer_ops.conversation')
  }
}

const ofLead = (table: string) => `
  (select sec.app_id()) is null or exists (
    select from dealer_ops.lead l
     where l.tenant_id = ${table}.tenant_id and l.store_id = ${table}.store_id and l.id = ${table}.lead_id)`

const ofConversation = `
  (select sec.app_id()) is null or exists (
    select from dealer_ops.conversation c
     where c.tenant_id = message.tenant_id and c.store_id = message.store_id and c.id = message.conversation_id)`

const conversation = `
  create table dealer_ops.conversation (
    tenant_id       uuid not null default sec.tenant_id(),
    store_id        uuid not null,
    id              uuid not null default gen_random_uuid(),
    lead_id         uuid not null,
    channel         text not null check (channel in ('WHATSAPP', 'SMS', 'EMAIL', 'CALL_LOG')),
    state           text not null default 'OPEN' check (state in ('OPEN', 'WAITING', 'CLOSED')),
    unread          integer not null default 0 check (unread >= 0),
    last_message_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, store_id, id),
    unique (tenant_id, store_id, lead_id, channel),
    foreign key (tenant_id, store_id, lead_id) references dealer_ops.lead (tenant_id, store_id, id)
  );
  comment on column dealer_ops.conversation.channel is 'class:INTERNAL';
  comment on column dealer_ops.conversation.state is 'class:INTERNAL';
  create index conversation_newest on dealer_ops.conversation (tenant_id, store_id, last_message_at desc, id desc);
  create index conversation_tenant_newest on dealer_ops.conversation (tenant_id, last_message_at desc, id desc);
  create index conversation_id on dealer_ops.conversation (tenant_id, id);

  create table dealer_ops.message (
    tenant_id       uuid not null default sec.tenant_id(),
    store_id        uuid not null,
    id              uuid not null default gen_random_uuid(),
    conversation_id uuid not null,
    direction       text not null check (direction in ('INBOUND', 'OUTBOUND')),
    is_automatic    boolean not null default false,
    status          text not null default 'QUEUED'
      check (status in ('QUEUED', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'RECEIVED')),
    subject         text check (char_length(subject) <= 300),
    body            text not null check (char_length(body) between 1 and 32000),
    sender          text check (char_length(sender) <= 254),
    recipient       text check (char_length(recipient) <= 254),
    author_id       uuid,
    sent_at         timestamptz not null default clock_timestamp(),
    primary key (tenant_id, store_id, id),
    foreign key (tenant_id, store_id, conversation_id) references dealer_ops.conversation (tenant_id, store_id, id),
    foreign key (tenant_id, author_id) references identity.user_account (tenant_id, id)
  );
  comment on column dealer_ops.message.direction is 'class:INTERNAL';
  comment on column dealer_ops.message.status is 'class:INTERNAL';
  comment on column dealer_ops.message.subject is 'class:BODY';
  comment on column dealer_ops.message.body is 'class:BODY';
  comment on column dealer_ops.message.sender is 'class:CONTACT';
  comment on column dealer_ops.message.recipient is 'class:CONTACT';
  create index message_thread on dealer_ops.message (tenant_id, store_id, conversation_id, sent_at, id);`

const appointment = `
  create extension if not exists btree_gist schema dealer_ops;

  create table dealer_ops.appointment (
    tenant_id  uuid not null default sec.tenant_id(),
    store_id   uuid not null,
    id         uuid not null default gen_random_uuid(),
    lead_id    uuid not null,
    type       text not null check (type in ('TEST_DRIVE', 'SHOWROOM_VISIT', 'SERVICE', 'TRADE_IN_APPRAISAL',
      'HANDOVER', 'PHONE_CALL', 'VIDEO_CALL')),
    status     text not null default 'CONFIRMED' check (status in ('REQUESTED', 'CONFIRMED', 'RESCHEDULED',
      'CHECKED_IN', 'COMPLETED', 'NO_SHOW', 'CANCELLED')),
    resource   text not null check (char_length(resource) between 1 and 80),
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    notes      text check (char_length(notes) <= 4000),
    created_by uuid not null default sec.actor_id(),
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, store_id, id),
    foreign key (tenant_id, store_id, lead_id) references dealer_ops.lead (tenant_id, store_id, id),
    check (ends_at > starts_at and ends_at <= starts_at + interval '12 hours'),
    constraint appointment_no_overlap exclude using gist (
      tenant_id with =, store_id with =, resource with =, tstzrange(starts_at, ends_at) with &&
    ) where (status not in ('CANCELLED', 'NO_SHOW'))
  );
  comment on column dealer_ops.appointment.type is 'class:INTERNAL';
  comment on column dealer_ops.appointment.status is 'class:INTERNAL';
  comment on column dealer_ops.appointment.resource is 'class:INTERNAL';
  comment on column dealer_ops.appointment.notes is 'class:BODY';
  create index appointment_calendar on dealer_ops.appointment (tenant_id, store_id, starts_at desc, id desc);
  create index appointment_tenant_calendar on dealer_ops.appointment (tenant_id, starts_at desc, id desc);
  create index appointment_id on dealer_ops.appointment (tenant_id, id);
  create index appointment_lead on dealer_ops.appointment (tenant_id, store_id, lead_id);`

const privileges = `
  grant select on dealer_ops.conversation, dealer_ops.message, dealer_ops.appointment to autora_dealer_ops;
  grant insert (store_id, id, lead_id, channel, state, unread) on dealer_ops.conversation to autora_dealer_ops;
  grant update (state, unread, last_message_at) on dealer_ops.conversation to autora_dealer_ops;
  grant insert (store_id, id, conversation_id, direction, is_automatic, status, subject, body, sender, recipient,
    author_id) on dealer_ops.message to autora_dealer_ops;
  grant insert (store_id, id, lead_id, type, status, resource, starts_at, ends_at, notes)
    on dealer_ops.appointment to autora_dealer_ops;
  grant update (status, starts_at, ends_at) on dealer_ops.appointment to autora_dealer_ops;`
