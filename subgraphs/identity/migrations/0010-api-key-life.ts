import { narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The life of an API key: from when, from where and how often it may be used, whose approval it rests on, what replaced
 * it, and when it was last seen (docs/decisions/0013-api-keys.md).
 */
export class ApiKeyLife1764000000064 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(keys)
    await db.query(onlyShrinks)
    await db.query(uses)
    await db.query(tenantWall('identity.api_key_use', 'autora_identity', { platform: true }))
    await db.query(narrow('identity.api_key_use', 'autora_identity', 'of_visible_keys', visibleKey, 'select'))
    for (const command of ['insert', 'update'])
      await db.query(writesAlone('identity.api_key_use', `system_${command}`, isSystem, command))
    for (const command of ['insert', 'update'])
      await db.query(writesAlone('identity.partner_app', `group_wide_${command}`, isGroupWide, command))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.api_key_use')
  }
}

/** A restriction of one writing command: an insert has no rows to be seen. */
const writesAlone = (table: string, name: string, rows: string, command: string) =>
  command === 'insert'
    ? `create policy ${name} on ${table} as restrictive for insert to autora_identity with check (${rows});`
    : narrow(table, 'autora_identity', name, rows, command)

const isSystem = `(select sec.principal()) = 'SYSTEM'`

/** An application is the whole group's: who answers for some stores only does not change it. */
const isGroupWide = `(select sec.is_tenant_wide()) or (select sec.is_platform())`

/** The subquery is under the policies of keys themselves: who cannot see a key does not see when it was used. */
const visibleKey = `
  exists (select from identity.api_key k where k.tenant_id = api_key_use.tenant_id and k.id = api_key_use.key_id)`

const keys = `
  alter table identity.api_key
    alter column secret_mac drop not null,  -- an approved key has no secret until the one who asked fetches it
    alter column last_four drop not null,
    add column not_before       timestamptz,
    add column ip_allow         cidr[] not null default '{}' check (cardinality(ip_allow) <= 50),
    add column ip_deny          cidr[] not null default '{}' check (cardinality(ip_deny) <= 50),
    add column rate_per_second  integer not null default 2 check (rate_per_second between 1 and 1000),
    add column rate_per_day     integer not null default 5000 check (rate_per_day between 1 and 10000000),
    add column approval_id      uuid,  -- of the group, or of the platform where an owner asked: hence no reference
    add column rotated_from     uuid,
    add column proof_thumbprint text check (proof_thumbprint ~ '^[A-Za-z0-9_-]{43}$'),
    add foreign key (tenant_id, rotated_from) references identity.api_key (tenant_id, id),
    add check ((secret_mac is null) = (last_four is null));
  comment on column identity.api_key.proof_thumbprint is 'class:GOVERNANCE';
  create index api_key_successor on identity.api_key (tenant_id, rotated_from) where rotated_from is not null;`

/** Whatever a statement says: a secret is set once, an end comes no later, what ended stays ended. */
const onlyShrinks = `
  create function identity.key_only_shrinks() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin
    if old.secret_mac is not null and (new.secret_mac, new.last_four) is distinct from (old.secret_mac, old.last_four)
       or new.expires_at > old.expires_at
       or old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
      raise exception 'a key gets no second secret and no longer life' using errcode = 'AU004';
    end if;
    return new;
  end $$;
  create trigger only_shrinks before update on identity.api_key
    for each row execute function identity.key_only_shrinks();
  alter table identity.api_key enable always trigger only_shrinks;`

const uses = `
  -- one row per key and kind of use; moves forward at most once a minute, so that no key is a hot row
  create table identity.api_key_use (
    tenant_id uuid not null,
    key_id    uuid not null,
    outcome   text not null check (outcome ~ '^[A-Z_]{2,40}$'),
    at        timestamptz not null,
    primary key (tenant_id, key_id, outcome),
    foreign key (tenant_id, key_id) references identity.api_key (tenant_id, id)
  );
  comment on column identity.api_key_use.outcome is 'class:GOVERNANCE';`

const privileges = `
  grant select on identity.api_key_use to autora_identity;
  grant insert (tenant_id, key_id, outcome, at) on identity.api_key_use to autora_identity;
  grant update (at) on identity.api_key_use to autora_identity;
  grant select (not_before, ip_allow, ip_deny, rate_per_second, rate_per_day, approval_id, rotated_from,
    proof_thumbprint) on identity.api_key to autora_identity;
  grant insert (not_before, ip_allow, ip_deny, rate_per_second, rate_per_day, approval_id, rotated_from,
    proof_thumbprint) on identity.api_key to autora_identity;
  grant update (secret_mac, last_four) on identity.api_key to autora_identity;
  grant insert (tenant_id, id, legal_entity_id, name) on identity.partner_app to autora_identity;
  grant update (name, status) on identity.partner_app to autora_identity;`
