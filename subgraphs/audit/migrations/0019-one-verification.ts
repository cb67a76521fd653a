import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Who, for whom and in which request came from five column defaults, each of which verified the seal again, and the row
 * policy did so twice more. Now a trigger takes all of them from one verification, and the policy asks once.
 */
export class OneVerification1764000000120 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(facts)
    await db.query(policy)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop trigger a_caller on audit.event;
      alter table audit.event ${defaults.map(([column, value]) => `alter column ${column} set default ${value}`).join(', ')};`)
  }
}

const defaults = [
  ['tenant_id', 'sec.tenant_id()'],
  ['actor_id', 'sec.actor_id()'],
  ['actor_principal', 'sec.principal()'],
  ['grant_id', 'sec.grant_id()'],
  ['request_id', 'sec.request_id()'],
] as const

/** Application roles hold no insert on these columns but tenant_id, so that what is already set was set by an owner. */
const facts = `
  create function audit.set_caller() returns trigger language plpgsql set search_path = pg_catalog as $$
  declare who sec.caller;
  begin
    if new.actor_id is not null then return new; end if; -- written by an owner, who acts for nobody
    who := sec.context();
    new.tenant_id := coalesce(new.tenant_id, who.tenant_id);
    new.actor_id := who.actor_id;
    new.actor_principal := who.principal;
    new.grant_id := who.grant_id;
    new.request_id := who.request_id;
    return new;
  end $$;
  -- triggers run in the order of their names: the others find the caller set
  create trigger a_caller before insert on audit.event for each row execute function audit.set_caller();
  alter table audit.event enable always trigger a_caller;
  alter table audit.event ${defaults.map(([column]) => `alter column ${column} drop default`).join(', ')};`

const policy = `
  create function sec.may_append(tenant uuid, store uuid) returns boolean
    language plpgsql stable set search_path = pg_catalog as $$
  declare who sec.caller := sec.context();
  begin
    return coalesce(who.actor_id is not null
      and (tenant = who.tenant_id or who.reach = 'PLATFORM')
      and (store is null or who.reach in ('PLATFORM', 'TENANT') or store = any (who.store_ids)), false);
  end $$;
  drop policy append_wall on audit.event;
  create policy append_wall on audit.event as restrictive for insert
    to autora_identity, autora_dealer_ops, autora_audit with check (sec.may_append(tenant_id, store_id));
  grant execute on function sec.may_append(uuid, uuid) to autora_identity, autora_dealer_ops, autora_audit;`
