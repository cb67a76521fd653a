/** Columns that the configuration of stores and legal entities needs. */
const columns = `
  alter table identity.store add column routing text check (routing in ('ROUND_ROBIN', 'LEAST_LOADED', 'BRAND', 'MANUAL'));
  comment on column identity.store.routing is 'class:INTERNAL'; -- null: nobody has decided yet
  alter table identity.store_brand add column is_active boolean not null default true;
  alter table identity.legal_entity
    add column stores_identity_numbers boolean not null default false,
    add column version integer not null default 1;`

/** What was closed stays closed, for everybody; only the platform's owner moves a group or store between states. */
const lifecycle = `
  create function identity.guard_lifecycle() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin
    if new.status = old.status then return new; end if;
    if old.status in ('ARCHIVED', 'CLOSED') then
      raise exception 'what was closed stays closed' using errcode = 'AU014';
    end if;
    if session_user = 'autora_identity' and sec.principal() is distinct from 'PLATFORM_OWNER' then
      raise exception 'only the owner of the platform does this' using errcode = '42501';
    end if;
    return new;
  end $$;
  create trigger lifecycle before update on identity.dealer_group
    for each row execute function identity.guard_lifecycle();
  create trigger lifecycle before update on identity.store
    for each row execute function identity.guard_lifecycle();
  alter table identity.dealer_group enable always trigger lifecycle;
  alter table identity.store enable always trigger lifecycle;`

/** Questions that are answered with counts and with yes or no: nobody sees a person by asking them. */
const questions = `
  create policy check_set_up on identity.legal_entity for select to autora_sec using (true);
  create policy check_set_up on identity.store for select to autora_sec using (true);
  create policy check_set_up on identity.user_account for select to autora_sec using (true);
  create policy check_set_up on identity.session for select to autora_sec using (true);
  create policy check_set_up on identity.access_policy_version for select to autora_sec using (true);
  grant select (tenant_id, id, registration_number, information_officer, stores_identity_numbers)
    on identity.legal_entity to autora_sec;
  grant select (tenant_id, id, legal_entity_id, status, opening_hours, routing) on identity.store to autora_sec;
  grant select (tenant_id, id, status) on identity.user_account to autora_sec;
  grant select (tenant_id, user_id, assurance) on identity.session to autora_sec;
  grant select (tenant_id) on identity.access_policy_version to autora_sec;

  grant create on schema identity to autora_sec;
  create function identity.has_dealer_admin(tenant uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (
        select from identity.membership m
          join identity.user_account u on u.tenant_id = m.tenant_id and u.id = m.user_id and u.status = 'ACTIVE'
         where m.tenant_id = tenant and m.role = 'DEALER_ADMIN'
           and ((select sec.is_platform()) or m.tenant_id = (select sec.tenant_id()))
           and clock_timestamp() >= m.valid_from and clock_timestamp() < m.valid_to) $$;

  create function identity.stores_identity_numbers(store uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (
        select from identity.store s
          join identity.legal_entity e on e.tenant_id = s.tenant_id and e.id = s.legal_entity_id
         where s.tenant_id = sec.tenant_id() and s.id = store and e.stores_identity_numbers) $$;

  create function identity.onboarding_facts(tenants uuid[]) returns table (
      tenant_id uuid, legal_entities integer, complete_entities integer, stores integer, configured_stores integer,
      stores_without_sales integer, admins integer, admins_with_mfa integer, has_policy boolean, api_keys integer)
    language sql stable security definer set search_path = pg_catalog as $$
    with wanted (id) as (
      select distinct t.id from unnest(tenants) as t (id)
       where (select sec.principal()) in ('PLATFORM_OWNER', 'PLATFORM_SUPPORT', 'DEALER_ADMIN')
         and ((select sec.is_platform()) or t.id = (select sec.tenant_id()))),
    entity as (
      select e.tenant_id, count(*)::integer as n,
             count(*) filter (where e.registration_number <> '' and e.information_officer <> '')::integer as complete
        from identity.legal_entity e join wanted w on w.id = e.tenant_id group by e.tenant_id),
    post as materialized (
      select m.tenant_id, m.user_id, m.role, m.store_id
        from wanted w
        join identity.membership m on m.tenant_id = w.id and m.role in ('DEALER_ADMIN', 'DEALER_SALES')
         and clock_timestamp() >= m.valid_from and clock_timestamp() < m.valid_to
        join identity.user_account u on u.tenant_id = m.tenant_id and u.id = m.user_id and u.status = 'ACTIVE'),
    place as (
      select s.tenant_id, count(*)::integer as n,
             count(*) filter (where s.routing is not null and s.opening_hours <> '')::integer as configured,
             count(*) filter (where not exists (
               select from post p where p.tenant_id = s.tenant_id and p.role = 'DEALER_SALES'
                  and (p.store_id is null or p.store_id = s.id)))::integer as without_sales
        from identity.store s join wanted w on w.id = s.tenant_id and s.status = 'ACTIVE' group by s.tenant_id),
    admin as (
      select p.tenant_id, count(*)::integer as n,
             count(*) filter (where exists (
               select from identity.session x
                where x.tenant_id = p.tenant_id and x.user_id = p.user_id and x.assurance = 'MFA'))::integer as with_mfa
        from (select distinct tenant_id, user_id from post where role = 'DEALER_ADMIN') p group by p.tenant_id),
    key as (
      select k.tenant_id, count(*)::integer as n
        from identity.api_key k join wanted w on w.id = k.tenant_id
       where k.revoked_at is null and clock_timestamp() < k.expires_at group by k.tenant_id)
    select w.id, coalesce(e.n, 0), coalesce(e.complete, 0), coalesce(s.n, 0), coalesce(s.configured, 0),
           coalesce(s.without_sales, 0), coalesce(a.n, 0), coalesce(a.with_mfa, 0),
           exists (select from identity.access_policy_version p where p.tenant_id = w.id), coalesce(k.n, 0)
      from wanted w
      left join entity e on e.tenant_id = w.id
      left join place s on s.tenant_id = w.id
      left join admin a on a.tenant_id = w.id
      left join key k on k.tenant_id = w.id $$;

  grant execute on function identity.has_dealer_admin(uuid), identity.onboarding_facts(uuid[]) to autora_identity;
  grant execute on function identity.stores_identity_numbers(uuid) to autora_dealer_ops;
  alter function identity.has_dealer_admin(uuid) owner to autora_sec;
  alter function identity.onboarding_facts(uuid[]) owner to autora_sec;
  alter function identity.stores_identity_numbers(uuid) owner to autora_sec;
  revoke create on schema identity from autora_sec;`

/** Support sets a group up; as soon as it has a Dealer Admin of its own it is his. */
const whileSetUp = `((select sec.is_platform()) and ((select sec.principal()) = 'PLATFORM_OWNER'
  or (select sec.principal()) = 'PLATFORM_SUPPORT' and not identity.has_dealer_admin(tenant_id)))`
const entityWriter = `(${whileSetUp} or (select sec.principal()) = 'DEALER_ADMIN' and (select sec.is_tenant_wide()))`

const writers = `
  create policy made_by_owner on identity.dealer_group as restrictive for insert to autora_identity
    with check ((select sec.is_platform()) and (select sec.principal()) = 'PLATFORM_OWNER');
  create policy made_by_platform on identity.store as restrictive for insert to autora_identity
    with check (${whileSetUp});
  create policy made_at_set_up on identity.legal_entity as restrictive for insert to autora_identity
    with check (${entityWriter});
  create policy kept_by_group on identity.legal_entity as restrictive for update to autora_identity
    using (${entityWriter}) with check (${entityWriter});

  grant update (status) on identity.dealer_group to autora_identity;
  grant insert (tenant_id, id, legal_entity_id, code, name, city, country, timezone) on identity.store to autora_identity;
  grant update (status, timezone, routing) on identity.store to autora_identity;
  grant select (routing) on identity.store to autora_dealer_ops;
  grant insert (tenant_id, store_id, brand_code, is_active) on identity.store_brand to autora_identity;
  grant update (is_active) on identity.store_brand to autora_identity;
  grant insert (tenant_id, id, name, registration_number, information_officer, officer_registration_ref, country)
    on identity.legal_entity to autora_identity;
  grant update (name, registration_number, information_officer, officer_registration_ref, stores_identity_numbers,
    version) on identity.legal_entity to autora_identity;`

/** Set-up and life of groups, stores and legal entities. */
export const setUpSql: readonly string[] = [columns, lifecycle, questions, writers]
