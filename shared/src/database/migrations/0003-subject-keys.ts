import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Keys of tenants and of subjects, wrapped. No application role reads these tables: it asks for one subject's keys, by
 * name, within the tenant that the sealed context opens (docs/decisions/0021-personal-fields-and-erasure.md).
 */
export class SubjectKeys1764000000094 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(tables)
    await db.query(walls)
    await db.query('set local role autora_sec')
    await db.query(functions)
    await db.query('set local role autora_owner')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function sec.subject_key(uuid, text, uuid), sec.keep_tenant_key(uuid, text, bytea),
        sec.keep_subject_key(uuid, text, uuid, uuid, bytea);
      drop table sec.subject_key, sec.tenant_key`)
  }
}

const tables = `
  create table sec.tenant_key (
    tenant_id    uuid primary key,
    wrapped_by   text not null check (wrapped_by ~ '^[a-zA-Z0-9:/_-]{1,200}$'), -- id of the key that opens it
    wrapped      bytea not null check (octet_length(wrapped) between 32 and 4000),
    created_at   timestamptz not null default clock_timestamp(),
    rewrapped_at timestamptz
  );
  comment on column sec.tenant_key.wrapped_by is 'class:INTERNAL';

  create table sec.subject_key (
    tenant_id    uuid not null references sec.tenant_key (tenant_id),
    subject_type text not null check (subject_type ~ '^[A-Z][A-Za-z]{1,39}$'),
    subject_id   uuid not null,
    key_id       uuid not null,
    wrapped      bytea check (octet_length(wrapped) between 32 and 200), -- under the tenant's key; null: destroyed
    created_at   timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    primary key (tenant_id, subject_type, subject_id),
    check ((wrapped is null) = (destroyed_at is not null))
  );
  comment on column sec.subject_key.subject_type is 'class:INTERNAL';`

const walls = `
  alter table sec.tenant_key enable row level security, force row level security;
  alter table sec.subject_key enable row level security, force row level security;
  create policy serve on sec.tenant_key to autora_sec using (true) with check (true);
  create policy serve on sec.subject_key to autora_sec using (true) with check (true);
  create policy rotate on sec.tenant_key to autora_owner using (true) with check (true);
  grant select, insert on sec.tenant_key, sec.subject_key to autora_sec;
  grant update (wrapped, destroyed_at) on sec.subject_key to autora_sec;`

/** A tenant's keys are there for its own contexts, and for the platform's, as its events are. */
const reach = `coalesce(who.actor_id is not null and (tenant = who.tenant_id or who.reach = 'PLATFORM'), false)`

const answer = `table (tenant_id uuid, wrapped_by text, tenant_wrapped bytea, key_id uuid, wrapped bytea,
    destroyed_at timestamptz)`

const functions = `
  create function sec.subject_key(tenant uuid, subject_type text, subject_id uuid) returns ${answer}
    language plpgsql stable security definer set search_path = pg_catalog rows 1 as $$
  #variable_conflict use_column
  declare who sec.caller := sec.context(); -- one verification of the seal for all that is asked
  begin
    tenant := coalesce(tenant, who.tenant_id);
    if not (${reach}) then return; end if;
    return query
      select tenant, t.wrapped_by, t.wrapped, s.key_id, s.wrapped, s.destroyed_at
        from (select) one
        left join sec.tenant_key t on t.tenant_id = tenant
        left join sec.subject_key s on s.tenant_id = tenant and s.subject_type = $2 and s.subject_id = $3;
  end $$;

  create function sec.keep_tenant_key(tenant uuid, keeper text, kept bytea) returns ${answer}
    language plpgsql volatile security definer set search_path = pg_catalog rows 1 as $$
  #variable_conflict use_column
  declare who sec.caller := sec.context();
  begin
    if not (${reach}) then return; end if;
    insert into sec.tenant_key as t (tenant_id, wrapped_by, wrapped) values ($1, $2, $3) on conflict do nothing;
    return query select t.tenant_id, t.wrapped_by, t.wrapped, null::uuid, null::bytea, null::timestamptz
      from sec.tenant_key t where t.tenant_id = tenant;
  end $$;

  create function sec.keep_subject_key(tenant uuid, subject_type text, subject_id uuid, key_id uuid, wrapped bytea)
    returns void language plpgsql volatile security definer set search_path = pg_catalog as $$
  declare who sec.caller := sec.context();
  begin
    if not (${reach}) then return; end if;
    insert into sec.subject_key (tenant_id, subject_type, subject_id, key_id, wrapped)
      values ($1, $2, $3, $4, $5) on conflict do nothing;
  end $$;

  revoke execute on function sec.subject_key(uuid, text, uuid), sec.keep_tenant_key(uuid, text, bytea),
    sec.keep_subject_key(uuid, text, uuid, uuid, bytea) from public;
  grant execute on function sec.subject_key(uuid, text, uuid), sec.keep_tenant_key(uuid, text, bytea),
    sec.keep_subject_key(uuid, text, uuid, uuid, bytea)
    to autora_identity, autora_dealer_ops, autora_audit, autora_issuer;`
