import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * From events to a log that an outsider can check: every event becomes a leaf of its tenant's tree, every batch a leaf
 * of one log over all tenants (RFC 6962; docs/decisions/0019-the-log-over-the-trail.md). Only the sequencer writes here,
 * and it can change nothing but its own row.
 */
export class Sequencing1764000000080 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(bodies)
    await db.query(leaves)
    await db.query(log)
    for (const table of written) await db.query(appendOnly(table))
    await db.query(walls)
    await db.query(privileges)
    await db.query(forest)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table audit.sequencer, ${written.join(', ')}`)
    await db.query('alter table audit.event drop column body, drop column epoch')
  }
}

const written = [
  'audit.leaf',
  'audit.slot',
  'audit.head',
  'audit.batch',
  'audit.log_node',
  'audit.checkpoint',
]

/** What was done, as one text made by the database when the event is written: these bytes are hashed, for ever. */
const bodies = `
  alter table audit.event
    add column epoch integer not null default 1 check (epoch >= 1),
    add constraint event_target_type check (target_type ~ '^[A-Za-z]+$');
  alter table audit.event add column body text not null generated always as (
    '{"action":"' || action || '","actionVersion":' || action_version::text || ',"detail":' || detail::text
    || ',"outcome":"' || outcome || '","store":' || coalesce('"' || store_id::text || '"', 'null')
    || ',"target":{"id":"' || target_id::text || '","type":"' || target_type || '"}}') stored;
  comment on column audit.event.body is 'class:AUDIT';
  drop index audit.event_xid;
  create index event_order on audit.event (xid, id); -- the order of the leaves, and events of a transaction

  -- everything of a leaf behind its place in the tree
  create function audit.leaf_tail(e audit.event) returns text
    language sql stable set search_path = pg_catalog as $$
      select ' ' || e.epoch || ' ' || e.xid || ' ' || e.id || ' '
        || to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || e.db_user || ' '
        || e.actor_id || ' ' || e.actor_principal || ' ' || coalesce(e.grant_id::text, '-') || ' ' || e.request_id
        || chr(10) || e.body $$;
  create function audit.leaf_data(e audit.event, index bigint) returns text
    language sql stable set search_path = pg_catalog as $$
      select 'autora-event/1 ' || e.tenant_id || ' ' || index || audit.leaf_tail(e) $$;`

const leaves = `
  create table audit.slot (
    tenant_id uuid primary key,
    slot      integer not null unique check (slot >= 0)
  );

  create table audit.leaf (
    tenant_id uuid not null,
    index     bigint not null check (index >= 0),
    event_id  bigint not null,
    batch     bigint not null,
    hash      bytea not null check (octet_length(hash) = 32),
    primary key (tenant_id, index),
    unique (tenant_id, event_id)
  );
  create index leaf_batch on audit.leaf (batch);

  -- one row whenever a tenant's tree grew; subtrees are the roots of its whole subtrees, one after the other
  create table audit.head (
    tenant_id uuid not null,
    batch     bigint not null,
    slot      integer not null,
    size      bigint not null check (size > 0),
    root      bytea not null check (octet_length(root) = 32),
    subtrees  bytea not null check (octet_length(subtrees) % 32 = 0),
    nonce     bytea not null check (octet_length(nonce) = 32),
    primary key (tenant_id, batch)
  );
  create index head_slot on audit.head (slot, batch desc);`

const log = `
  create table audit.batch (
    number      bigint primary key check (number >= 0),
    slots       integer not null,
    forest_root bytea not null check (octet_length(forest_root) = 32),
    recorded_at timestamptz not null,
    leaf        text not null
  );
  comment on column audit.batch.leaf is 'class:PUBLIC';

  create table audit.log_node (
    level integer not null,
    index bigint not null,
    hash  bytea not null check (octet_length(hash) = 32),
    primary key (level, index)
  );

  create table audit.checkpoint (
    size        bigint primary key check (size > 0),
    note        text not null check (octet_length(note) <= 20000),
    recorded_at timestamptz not null default clock_timestamp()
  );
  comment on column audit.checkpoint.note is 'class:PUBLIC';

  -- the one row of the sequencer: who counts on an older generation has lost the lead
  create table audit.sequencer (
    only_row   boolean primary key default true check (only_row),
    generation bigint not null default 0,
    low_water  xid8 not null default '0',
    batched_at timestamptz not null default '-infinity'
  );
  insert into audit.sequencer default values;`

const appendOnly = (table: string) => `
  create trigger append_only_row before update or delete on ${table}
    for each row execute function audit.refuse_change();
  create trigger append_only_table before truncate on ${table}
    for each statement execute function audit.refuse_change();
  alter table ${table} enable always trigger append_only_row;
  alter table ${table} enable always trigger append_only_table;`

/** The sequencer sees every event and no table but those of the trail; it acts for nobody. */
const walls = `
  ${[...written, 'audit.sequencer']
    .map(
      (table) => `
  alter table ${table} enable row level security, force row level security;
  create policy sequence on ${table} to autora_sequencer using (true) with check (true);`,
    )
    .join('')}
  create policy sequence on audit.event for select to autora_sequencer using (true);

  -- a tenant's leaves and heads are its own; the log over all tenants holds nothing but hashes
  ${['audit.leaf', 'audit.head', 'audit.slot']
    .map(
      (table) => `
  create policy wall on ${table} as restrictive for select to autora_audit
    using (tenant_id = (select sec.tenant_id()) or (select sec.principal()) = 'PLATFORM_OWNER');
  create policy rows on ${table} for select to autora_audit using (true);`,
    )
    .join('')}
  ${['audit.batch', 'audit.log_node', 'audit.checkpoint']
    .map((table) => `\n  create policy rows on ${table} for select to autora_audit using (true);`)
    .join('')}`

const privileges = `
  grant usage on schema audit to autora_sequencer;
  grant select on audit.event, audit.sequencer, ${written.join(', ')} to autora_sequencer;
  grant insert on ${written.join(', ')} to autora_sequencer;
  grant update (generation, low_water, batched_at) on audit.sequencer to autora_sequencer;
  grant execute on function audit.leaf_tail(audit.event), audit.leaf_data(audit.event, bigint)
    to autora_sequencer, autora_audit;
  grant select on ${written.join(', ')} to autora_audit;`

/** A bundle proves one tenant's place among all: the others' heads leave the database as hashes, and as nothing else. */
const forest = `
  create policy hash_heads on audit.head for select to autora_sec using (true);
  grant select on audit.head to autora_sec;
  grant create on schema audit to autora_sec;
  create function audit.forest_leaves(until_batch bigint) returns setof bytea
    language sql stable security definer set search_path = pg_catalog as $$
      select sha256('\\x00'::bytea || convert_to('autora-head/1 ' || h.tenant_id || ' ' || h.size || ' '
        || translate(encode(h.root, 'base64'), chr(10), '') || ' '
        || translate(encode(h.nonce, 'base64'), chr(10), ''), 'UTF8'))
        from (select distinct on (slot) * from audit.head where batch <= until_batch order by slot, batch desc) h
       order by h.slot $$;
  grant execute on function audit.forest_leaves(bigint) to autora_audit, autora_sequencer;
  alter function audit.forest_leaves(bigint) owner to autora_sec;
  revoke create on schema audit from autora_sec;`
