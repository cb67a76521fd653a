import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The sealed context: PostgreSQL itself verifies who is asking. Row policies read these functions and nothing else,
 * so neither injected SQL nor a taken-over subgraph can widen its own scope (docs/decisions/0002-sealed-context.md).
 */
export class SealedContext1764000000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(keys)
    await db.query(context)
    await db.query(readers)
    await db.query(grants)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop schema sec cascade')
  }
}

const keys = `
  create schema sec authorization current_user;
  revoke all on schema sec from public;
  alter default privileges revoke execute on functions from public;

  -- HMAC needs only the two padded forms of the key (RFC 2104); with them, core sha256() is enough: no extension.
  create table sec.seal_key (
    id          text primary key check (id ~ '^[a-z0-9]{1,16}$'),
    inner_pad   bytea not null check (octet_length(inner_pad) = 64),
    outer_pad   bytea not null check (octet_length(outer_pad) = 64),
    valid_from  timestamptz not null default now(),
    valid_until timestamptz not null default 'infinity'
  );
  comment on column sec.seal_key.id is 'class:INTERNAL';
  alter table sec.seal_key enable row level security, force row level security;
  create policy verify on sec.seal_key for select to autora_sec using (true);
  create policy install on sec.seal_key to autora_owner using (true) with check (true);
  grant select on sec.seal_key to autora_sec;

  create type sec.caller as (
    kind text, principal text, actor_id uuid, tenant_id uuid, reach text, store_ids uuid[],
    grant_id uuid, app_id uuid, purpose text, policy_version integer, request_id text
  );`

/** The one function that decides. A missing, altered, expired or foreign seal is null, and null opens nothing. */
const context = `
  create function sec.grant_is_active(grant_id uuid, tenant_id uuid, user_id uuid) returns boolean
    language sql stable set search_path = pg_catalog as 'select false';

  create function sec.context() returns sec.caller
    language plpgsql stable security definer set search_path = pg_catalog as $$
  declare
    raw    text := current_setting('autora.context', true);
    field  text[];
    body   text;
    pads   record;
    who    sec.caller;
  begin
    if raw is null or raw = '' then return null; end if;
    field := string_to_array(raw, '|');
    if cardinality(field) <> 16 or field[1] <> 'a1' or field[16] !~ '^[0-9a-f]{64}$' then return null; end if;

    select inner_pad, outer_pad into pads from sec.seal_key
     where id = field[2] and clock_timestamp() >= valid_from and clock_timestamp() < valid_until;
    if not found then return null; end if;
    body := left(raw, -65);
    -- comparing digests of both sides keeps the time of the comparison from telling where they differ
    if sha256(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(body, 'UTF8'))))
       <> sha256(decode(field[16], 'hex')) then return null; end if;

    if to_timestamp(field[3]::bigint) < clock_timestamp() then return null; end if;
    if session_user <> 'autora_' || field[4] then return null; end if;

    who.kind := field[5];
    who.principal := field[6];
    who.actor_id := field[7]::uuid;
    who.tenant_id := field[8]::uuid;
    who.reach := field[9];
    who.store_ids := string_to_array(nullif(field[10], ''), ',')::uuid[];
    who.grant_id := nullif(field[11], '')::uuid;
    who.app_id := nullif(field[12], '')::uuid;
    who.purpose := field[13];
    who.policy_version := field[14]::integer;
    who.request_id := field[15];
    if who.grant_id is not null and not sec.grant_is_active(who.grant_id, who.tenant_id, who.actor_id)
      then return null; end if;
    return who;
  end $$;`

const reader = (name: string, type: string, field: string) => `
  create function sec.${name}() returns ${type} language plpgsql stable set search_path = pg_catalog
    as $$ begin return ${field}; end $$;`

/** One reader per thing a policy or a default asks for; policies wrap them in a sub-select: once per statement. */
const readers = [
  reader('tenant_id', 'uuid', '(sec.context()).tenant_id'),
  reader('store_ids', 'uuid[]', '(sec.context()).store_ids'),
  reader('is_tenant_wide', 'boolean', `coalesce((sec.context()).reach = 'TENANT', false)`),
  reader('is_platform', 'boolean', `coalesce((sec.context()).reach = 'PLATFORM', false)`),
  reader('principal', 'text', '(sec.context()).principal'),
  reader('actor_id', 'uuid', '(sec.context()).actor_id'),
  reader('app_id', 'uuid', '(sec.context()).app_id'),
  reader('grant_id', 'uuid', '(sec.context()).grant_id'),
  reader('request_id', 'text', '(sec.context()).request_id'),
].join('\n')

const grants = `
  grant usage, create on schema sec to autora_sec;
  grant usage on schema sec to autora_identity, autora_dealer_ops, autora_audit;
  grant execute on all functions in schema sec to autora_sec, autora_identity, autora_dealer_ops, autora_audit;
  revoke execute on function sec.grant_is_active(uuid, uuid, uuid)
    from autora_identity, autora_dealer_ops, autora_audit;
  alter function sec.grant_is_active(uuid, uuid, uuid) owner to autora_sec;
  alter function sec.context() owner to autora_sec;`
