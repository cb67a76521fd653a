import { mustBeAudited, narrow, storeWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const app = 'autora_dealer_ops'

/** Raw documents as they came in, encrypted before anything reads them: nothing is lost, nothing leaks. */
export class Intake1764000000033 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(table)
    await db.query(storeWall('dealer_ops.intake_payload', app))
    await db.query(narrow('dealer_ops.intake_payload', app, 'own_submissions', ownSubmissions))
    await db.query(mustBeAudited('dealer_ops.intake_payload'))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table dealer_ops.intake_payload')
  }
}

const ownSubmissions = `(select sec.app_id()) is null or app_id = (select sec.app_id())`

const table = `
  create table dealer_ops.intake_payload (
    tenant_id    uuid not null default sec.tenant_id(),
    store_id     uuid not null,
    id           uuid not null,
    app_id       uuid not null default sec.app_id(),
    format       text not null check (format in ('ADF')),
    fingerprint  bytea not null check (octet_length(fingerprint) = 32), -- HMAC of the bytes under the vault's key
    size_bytes   integer not null check (size_bytes between 1 and 262144),
    ciphertext   bytea not null,
    state        text not null default 'RECEIVED' check (state in ('RECEIVED', 'APPLIED', 'QUARANTINED', 'DISCARDED')),
    reason_code  text check (char_length(reason_code) <= 60),
    reason       text check (char_length(reason) <= 500),
    diagnostics  jsonb not null default '[]',
    lead_ids     uuid[] not null default '{}',
    attempts     integer not null default 0,
    deliveries   integer not null default 1,
    received_at  timestamptz not null default clock_timestamp(),
    processed_at timestamptz,
    primary key (tenant_id, store_id, id),
    unique (tenant_id, store_id, app_id, fingerprint),
    foreign key (tenant_id, store_id) references identity.store (tenant_id, id),
    foreign key (tenant_id, app_id) references identity.partner_app (tenant_id, id),
    check ((state = 'QUARANTINED') <= (reason_code is not null and reason is not null))
  );
  comment on column dealer_ops.intake_payload.format is 'class:INTERNAL';
  comment on column dealer_ops.intake_payload.state is 'class:INTERNAL';
  comment on column dealer_ops.intake_payload.reason_code is 'class:INTERNAL';
  comment on column dealer_ops.intake_payload.reason is 'class:INTERNAL';
  comment on column dealer_ops.intake_payload.diagnostics is 'class:INTERNAL';
  create index intake_payload_newest on dealer_ops.intake_payload (tenant_id, store_id, received_at desc, id desc);
  create index intake_payload_id on dealer_ops.intake_payload (tenant_id, id);`

const privileges = `
  grant select on dealer_ops.intake_payload to autora_dealer_ops;
  grant insert (store_id, id, format, fingerprint, size_bytes, ciphertext) on dealer_ops.intake_payload
    to autora_dealer_ops;
  grant update (state, reason_code, reason, diagnostics, lead_ids, attempts, deliveries, processed_at)
    on dealer_ops.intake_payload to autora_dealer_ops;`
