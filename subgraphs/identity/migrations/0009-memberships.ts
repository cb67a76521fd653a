import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * People govern people: who may write whose user, membership, invitation and session, decided by the row and not by the
 * program (docs/decisions/0012-memberships.md). Nobody grants to himself, nobody beyond his own stores.
 */
export class Memberships1764000000063 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(questions)
    await db.query(memberships)
    await db.query(
      narrow('identity.membership', 'autora_identity', 'governed', changeableMemberships, 'update'),
    )
    await db.query(people)
    await db.query(narrow('identity.user_account', 'autora_identity', 'governed', changeableUsers, 'update'))
    await db.query(
      narrow('identity.invitation', 'autora_identity', 'governed', changeableInvitations, 'update'),
    )
    await db.query(`
      create policy invited on identity.invitation as restrictive for insert to autora_identity
        with check (${changeableInvitations})`)
    await db.query(narrow('identity.session', 'autora_identity', 'own_or_governed', ownOrGoverned))
    await db.query(resets)
    await db.query(tenantWall('identity.second_factor_reset', 'autora_identity', { platform: true }))
    await db.query(narrow('identity.second_factor_reset', 'autora_identity', 'governed', changeableResets))
    await db.query(
      tenantWall('identity.second_factor_reset', 'autora_issuer', { platform: true }).replaceAll(
        'policy ',
        'policy issuer_',
      ),
    )
    await db.query(mustBeAudited('identity.second_factor_reset'))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.second_factor_reset')
  }
}

const platform = `'00000000-0000-0000-0000-000000000000'`
const isAdmin = `(select sec.principal()) = 'DEALER_ADMIN'`
const isOwner = `(select sec.principal()) = 'PLATFORM_OWNER'`
const isGrantedSupport = `(select sec.principal()) = 'PLATFORM_SUPPORT' and (select sec.grant_id()) is not null`
const isWide = `(select sec.is_tenant_wide())`
const ownStores = `(select sec.store_ids())::uuid[]`

/** Questions about rows that the one who asks may not see; each answers with one bit. */
const questions = `
  create policy check_user on identity.user_account for select to autora_sec using (true);
  grant select (tenant_id, id, status) on identity.user_account to autora_sec;
  grant create on schema identity to autora_sec;

  -- whether the dealer group of the caller governs itself already; before that, support may set it up
  create function identity.has_dealer_admin() returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (
        select from identity.membership m
          join identity.user_account u on u.tenant_id = m.tenant_id and u.id = m.user_id
         where m.tenant_id = sec.tenant_id() and m.role = 'DEALER_ADMIN' and u.status in ('ACTIVE', 'LOCKED')
           and clock_timestamp() >= m.valid_from and clock_timestamp() < m.valid_to) $$;

  -- whether somebody works, or will work, anywhere outside the stores of the caller
  create function identity.reaches_beyond(person uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (
        select from identity.membership m
         where m.tenant_id = sec.tenant_id() and m.user_id = person and clock_timestamp() < m.valid_to
           and (m.store_id is null or not m.store_id = any (coalesce(sec.store_ids(), '{}')))) $$;

  grant execute on function identity.has_dealer_admin(), identity.reaches_beyond(uuid) to autora_identity;
  alter function identity.has_dealer_admin() owner to autora_sec;
  alter function identity.reaches_beyond(uuid) owner to autora_sec;
  revoke create on schema identity from autora_sec;`

/** A Dealer Admin within his stores, an owner for platform staff, support under a grant for the first Dealer Admin. */
const withinOwnScope = `
  (${isAdmin} and (${isWide} or store_id = any (${ownStores})))
  or (${isOwner} and tenant_id = ${platform})
  or (${isGrantedSupport} and role = 'DEALER_ADMIN' and store_id is null and not (select identity.has_dealer_admin()))`

const changeableMemberships = withinOwnScope

const memberships = `
  alter table identity.membership add constraint not_by_himself check (granted_by <> user_id);

  create policy granted on identity.membership as restrictive for insert to autora_identity with check (
    granted_by = (select sec.actor_id()) and user_id <> (select sec.actor_id()) and (${withinOwnScope})
    and (valid_to = 'infinity' or valid_to <= greatest(valid_from, now()) + interval '5 years'));

  -- every change has a version of its own, so that no token outlives it
  create function identity.guard_membership() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin
    if session_user <> 'autora_identity' then return new; end if;
    if old.valid_to <= clock_timestamp() then
      raise exception 'an ended membership stays ended' using errcode = 'AU004';
    end if;
    if old.user_id = sec.actor_id() and (new.role <> old.role or new.store_id is distinct from old.store_id
        or new.valid_to > old.valid_to) then
      raise exception 'nobody grants to himself' using errcode = 'AU004';
    end if;
    if new.valid_from <> old.valid_from and new.valid_to > clock_timestamp() then
      raise exception 'only the end of a membership moves its beginning' using errcode = 'AU004';
    end if;
    if new.valid_to < 'infinity' and new.valid_to > clock_timestamp() + interval '5 years' then
      raise exception 'a membership ends within five years' using errcode = 'AU004';
    end if;
    new.version := old.version + 1;
    return new;
  end $$;
  create trigger guard_membership before update on identity.membership
    for each row execute function identity.guard_membership();
  alter table identity.membership enable always trigger guard_membership;`

const changeableUsers = `
  (${isAdmin} and (${isWide} or not identity.reaches_beyond(id))) or ${isOwner} or (${isGrantedSupport})`

const people = `
  create policy invited on identity.user_account as restrictive for insert to autora_identity with check (
    status = 'INVITED' and account_id is null and (
      ${isAdmin} or (${isOwner} and tenant_id = ${platform})
      or (${isGrantedSupport} and not (select identity.has_dealer_admin()))));

  -- the platform unlocks people of dealer groups, and changes nothing else of them once they govern themselves
  create function identity.guard_user() returns trigger language plpgsql set search_path = pg_catalog as $$
  declare
    is_guest  boolean;
    is_unlock boolean;
  begin
    if session_user <> 'autora_identity' then return new; end if;
    is_guest := case sec.principal()
      when 'PLATFORM_OWNER' then new.tenant_id <> ${platform}
      when 'PLATFORM_SUPPORT' then identity.has_dealer_admin()
      else false end;
    is_unlock := old.status = 'LOCKED' and new.status = 'ACTIVE'
      and new.display_name = old.display_name and new.mobile is not distinct from old.mobile;
    if is_guest and not is_unlock then
      raise exception 'the platform only unlocks people of dealer groups' using errcode = 'AU004';
    end if;
    if new.status = 'ACTIVE' and old.status = 'INVITED' then
      raise exception 'only the invited person accepts' using errcode = 'AU004';
    end if;
    return new;
  end $$;
  create trigger guard_user before update on identity.user_account
    for each row execute function identity.guard_user();
  alter table identity.user_account enable always trigger guard_user;`

const changeableInvitations = `
  (${isAdmin} and (${isWide} or not identity.reaches_beyond(user_id)))
  or (${isOwner} and tenant_id = ${platform})
  or (${isGrantedSupport} and not (select identity.has_dealer_admin()))`

/** One's own; those of memberships that a Dealer Admin answers for; those that the platform ends when it has to. */
const ownOrGoverned = `
  user_id = (select sec.actor_id()) or (select sec.principal()) = 'SYSTEM' or ${isOwner} or (${isGrantedSupport})
  or (${isAdmin} and (${isWide} or exists (
    select from identity.membership m
     where m.tenant_id = session.tenant_id and m.id = session.membership_id and m.store_id = any (${ownStores}))))`

const changeableResets = `
  (user_id = (select sec.actor_id()) and tenant_id = (select sec.tenant_id())) or ${isOwner} or (${isGrantedSupport})
  or (${isAdmin} and (${isWide} or not identity.reaches_beyond(user_id)))`

/** A wish, not a deed: factors lie with the issuer, who alone knows whether the person signs in for others as well. */
const resets = `
  create table identity.second_factor_reset (
    tenant_id    uuid not null,
    id           uuid not null,
    user_id      uuid not null,
    requested_by uuid not null default sec.actor_id(),
    requested_at timestamptz not null default clock_timestamp(),
    expires_at   timestamptz not null,
    consumed_at  timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references identity.user_account (tenant_id, id),
    check (expires_at > requested_at and expires_at <= requested_at + interval '1 day')
  );
  create index second_factor_reset_user on identity.second_factor_reset (tenant_id, user_id, requested_at desc);`

const privileges = `
  grant update (role, store_id, valid_from) on identity.membership to autora_identity;
  grant update (display_name, mobile, status) on identity.user_account to autora_identity;
  grant select (tenant_id, id, user_id, requested_by, requested_at, expires_at, consumed_at)
    on identity.second_factor_reset to autora_identity, autora_issuer;
  grant insert (tenant_id, id, user_id, expires_at) on identity.second_factor_reset to autora_identity;
  grant update (consumed_at) on identity.second_factor_reset to autora_issuer;`
