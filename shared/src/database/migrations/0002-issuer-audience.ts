import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The issuer seals its own contexts: it works before anybody is known to the gateway. Its key opens the audience
 * `issuer` and nothing else, and no other key opens that one (docs/decisions/0008-issuer.md).
 */
export class IssuerAudience1764000000050 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table sec.seal_key add column audience text check (audience ~ '^[a-z_]{1,20}$');
      comment on column sec.seal_key.audience is 'class:INTERNAL';
      set local role autora_sec;`)
    await db.query(context)
    await db.query(`
      set local role autora_owner;
      grant usage on schema sec to autora_issuer;
      set local role autora_sec;
      grant execute on function sec.context() to autora_issuer;
      set local role autora_owner;
      grant execute on function ${readers.map((name) => `sec.${name}()`).join(', ')} to autora_issuer;`)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table sec.seal_key drop column audience')
  }
}

const readers = [
  'tenant_id',
  'store_ids',
  'is_tenant_wide',
  'is_platform',
  'principal',
  'actor_id',
  'app_id',
  'grant_id',
  'request_id',
]

const context = `
  create or replace function sec.context() returns sec.caller
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
     where id = field[2] and clock_timestamp() >= valid_from and clock_timestamp() < valid_until
       and coalesce(audience, field[4]) = field[4] and (field[4] = 'issuer') <= (audience is not null);
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
