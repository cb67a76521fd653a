import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Reads of personal data and repeated denials are written many at a time, each under its own seal: two functions open
 * the seals one after the other and take from them alone who did it, for whom and under which request
 * (docs/decisions/0023-reads-are-events.md).
 */
export class Reads1764000000098 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(walls)
    await db.query(`grant create on schema audit to autora_sec; set local role autora_sec;`)
    await db.query(reads)
    await db.query(lateCaller)
    await db.query(denials)
    await db.query(grants)
    await db.query(`set local role autora_owner; revoke create on schema audit from autora_sec;`)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function audit.record_reads(text[], text[], text[]);
      drop function audit.record_repeated_denials(text[], text[], text[]);
      drop function audit.late_caller(text);
      drop policy append_counted on audit.event;
      revoke insert (tenant_id, actor_id, actor_principal, grant_id, request_id, action, outcome, store_id, target_type,
        target_id, detail) on audit.event from autora_sec;`)
  }
}

/** What the functions may add, beside what they check themselves. */
const walls = `
  create policy append_counted on audit.event for insert to autora_sec with check (
    grant_id is null
    and (action = 'personalData.read' and outcome = 'ALLOW'
         or action in ('access.denied', 'access.refused') and outcome = 'DENY'));
  grant insert (tenant_id, actor_id, actor_principal, grant_id, request_id, action, outcome, store_id, target_type,
    target_id, detail) on audit.event to autora_sec;`

/**
 * One event for each seal that is good for the role that calls. A seal under a support grant is not taken: such a read
 * is another event, and holds its grant while it is written.
 */
const reads = `
  create function audit.record_reads(seals text[], stores text[], details text[]) returns boolean[]
    language plpgsql volatile security definer set search_path = pg_catalog as $$
  declare
    outer_context text := coalesce(current_setting('autora.context', true), '');
    written boolean[] := '{}';
    who     sec.caller;
    store   uuid;
  begin
    if cardinality(seals) > 50 then raise exception 'at most 50 reads at once'; end if;
    for n in 1 .. cardinality(seals) loop
      perform set_config('autora.context', seals[n], true);
      who := sec.context();
      store := nullif(stores[n], '')::uuid;
      if who.actor_id is null or who.grant_id is not null
         or not (store is null or who.reach in ('PLATFORM', 'TENANT') or store = any (who.store_ids)) then
        written := written || false;
        continue;
      end if;
      insert into audit.event (tenant_id, actor_id, actor_principal, grant_id, request_id, action, outcome, store_id,
                               target_type, target_id, detail)
      values (who.tenant_id, who.actor_id, who.principal, null, who.request_id, 'personalData.read', 'ALLOW', store,
              'Operation', who.actor_id, details[n]::jsonb);
      written := written || true;
    end loop;
    perform set_config('autora.context', outer_context, true);
    return written;
  end $$;`

/**
 * Whom a seal names that may have run out up to five minutes ago, and nothing else about it may be wrong. It opens no
 * row: it only says whose denials a count is about, which is written when the minute is over.
 */
const lateCaller = `
  create function audit.late_caller(raw text) returns sec.caller
    language plpgsql stable security definer set search_path = pg_catalog as $$
  declare
    field text[] := string_to_array(raw, '|');
    pads  record;
    who   sec.caller;
  begin
    if raw is null or cardinality(field) <> 16 or field[1] <> 'a1' or field[16] !~ '^[0-9a-f]{64}$' then
      return null;
    end if;
    select inner_pad, outer_pad into pads from sec.seal_key
     where id = field[2] and clock_timestamp() >= valid_from and clock_timestamp() < valid_until
       and coalesce(audience, field[4]) = field[4] and (field[4] = 'issuer') <= (audience is not null);
    if not found then return null; end if;
    if sha256(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(left(raw, -65), 'UTF8'))))
       <> sha256(decode(field[16], 'hex')) then return null; end if;
    if to_timestamp(field[3]::bigint) < clock_timestamp() - interval '5 minutes' then return null; end if;
    if session_user <> 'autora_' || field[4] or field[11] <> '' then return null; end if;
    who.principal := field[6];
    who.actor_id := field[7]::uuid;
    who.tenant_id := field[8]::uuid;
    who.reach := field[9];
    who.store_ids := string_to_array(nullif(field[10], ''), ',')::uuid[];
    who.request_id := field[15];
    return who;
  end $$;`

/** One event for each actor whose denials were too many to be told one by one. */
const denials = `
  create function audit.record_repeated_denials(seals text[], actions text[], details text[]) returns boolean[]
    language plpgsql volatile security definer set search_path = pg_catalog as $$
  declare
    written boolean[] := '{}';
    who     sec.caller;
  begin
    if cardinality(seals) > 50 then raise exception 'at most 50 counts at once'; end if;
    for n in 1 .. cardinality(seals) loop
      who := audit.late_caller(seals[n]);
      if who.actor_id is null then
        written := written || false;
        continue;
      end if;
      insert into audit.event (tenant_id, actor_id, actor_principal, grant_id, request_id, action, outcome, store_id,
                               target_type, target_id, detail)
      values (who.tenant_id, who.actor_id, who.principal, null, who.request_id, actions[n], 'DENY',
              case when cardinality(who.store_ids) = 1 then who.store_ids[1] end,
              'Operation', who.actor_id, details[n]::jsonb);
      written := written || true;
    end loop;
    return written;
  end $$;`

const grants = `
  revoke execute on function audit.record_reads(text[], text[], text[]),
    audit.record_repeated_denials(text[], text[], text[]), audit.late_caller(text) from public;
  grant execute on function audit.record_reads(text[], text[], text[]),
    audit.record_repeated_denials(text[], text[], text[]) to autora_identity, autora_dealer_ops, autora_audit;`
