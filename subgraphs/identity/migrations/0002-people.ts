import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Users, memberships and local policies. A membership is the only source of a person's scope, and it ends by itself. */
export class People1764000000021 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(users)
    await db.query(memberships)
    await db.query(policies)
    for (const table of ['user_account', 'membership', 'access_policy']) {
      await db.query(tenantWall(`identity.${table}`, 'autora_identity', { platform: true }))
      await db.query(mustBeAudited(`identity.${table}`))
    }
    await db.query(narrow('identity.membership', 'autora_identity', 'people', visibleMemberships, 'select'))
    await db.query(narrow('identity.user_account', 'autora_identity', 'people', visibleUsers, 'select'))
    await db.query(privileges)
    await db.query(worksIn)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.access_policy, identity.membership, identity.user_account')
  }
}

/** Colleagues of one's own stores, group-wide ones included; oneself always; platform support nobody without a grant. */
const visibleMemberships = `
  user_id = (select sec.actor_id()) or (select sec.is_tenant_wide())
  or ((select sec.is_platform()) and (select sec.principal()) <> 'PLATFORM_SUPPORT')
  or (not (select sec.is_platform()) and (store_id is null or store_id = any ((select sec.store_ids())::uuid[])))`

/** The subquery is under the policy of memberships itself, so both always agree. */
const visibleUsers = `
  id = (select sec.actor_id()) or (select sec.is_tenant_wide())
  or ((select sec.is_platform()) and (select sec.principal()) <> 'PLATFORM_SUPPORT')
  or exists (select from identity.membership m where m.tenant_id = user_account.tenant_id and m.user_id = user_account.id)`

const users = `
  -- platform staff live in the nil tenant, which is no dealer group: hence no reference to dealer_group
  create table identity.user_account (
    tenant_id    uuid not null,
    id           uuid not null,
    display_name text not null check (char_length(display_name) between 1 and 120),
    email        text not null check (char_length(email) between 3 and 254),
    mobile       text check (mobile ~ '^\\+[0-9]{6,15}$'),
    status       text not null default 'ACTIVE' check (status in ('INVITED', 'ACTIVE', 'LOCKED', 'DEACTIVATED')),
    created_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, email)
  );
  comment on column identity.user_account.display_name is 'class:STAFF_NAME';
  comment on column identity.user_account.email is 'class:STAFF';
  comment on column identity.user_account.mobile is 'class:STAFF';
  comment on column identity.user_account.status is 'class:INTERNAL';
  create index user_account_id on identity.user_account (id);`

const memberships = `
  create table identity.membership (
    tenant_id  uuid not null,
    id         uuid not null,
    user_id    uuid not null,
    role       text not null check (role in
      ('PLATFORM_OWNER', 'PLATFORM_SUPPORT', 'DEALER_ADMIN', 'DEALER_SALES', 'DEALER_MARKETING')),
    store_id   uuid,  -- null: every store of the group
    valid_from timestamptz not null default now(),
    valid_to   timestamptz not null default 'infinity',
    version    integer not null default 1,
    granted_by uuid,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references identity.user_account (tenant_id, id),
    foreign key (tenant_id, store_id) references identity.store (tenant_id, id),
    check ((tenant_id = '00000000-0000-0000-0000-000000000000') = (role like 'PLATFORM%')),
    check (valid_to > valid_from)
  );
  comment on column identity.membership.role is 'class:INTERNAL';
  create index membership_user on identity.membership (tenant_id, user_id);
  create index membership_store on identity.membership (tenant_id, store_id);
  create index membership_id on identity.membership (id);`

const policies = `
  create table identity.access_policy (
    tenant_id                uuid primary key references identity.dealer_group (tenant_id),
    version                  integer not null default 1,
    marketing_contact_masked boolean not null default false,
    updated_at               timestamptz not null default now(),
    updated_by               uuid
  );`

const privileges = `
  grant select on identity.user_account, identity.membership, identity.access_policy to autora_identity;
  grant insert (tenant_id, id, display_name, email, mobile, status) on identity.user_account to autora_identity;
  grant insert (tenant_id, id, user_id, role, store_id, valid_from, valid_to, granted_by)
    on identity.membership to autora_identity;
  grant update (valid_to, version) on identity.membership to autora_identity;
  grant insert (tenant_id, marketing_contact_masked, updated_by) on identity.access_policy to autora_identity;
  grant update (version, marketing_contact_masked, updated_at, updated_by)
    on identity.access_policy to autora_identity;`

/** Lets dealer-ops ask one question about people without seeing any: does this person work in this store now? */
const worksIn = `
  create policy check_membership on identity.membership for select to autora_sec using (true);
  grant select on identity.membership to autora_sec;
  grant create on schema identity to autora_sec;
  create function identity.works_in(store uuid, person uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (
        select from identity.membership m
         where m.tenant_id = sec.tenant_id() and m.user_id = person and (m.store_id = store or m.store_id is null)
           and m.role in ('DEALER_ADMIN', 'DEALER_SALES')
           and clock_timestamp() >= m.valid_from and clock_timestamp() < m.valid_to) $$;
  grant execute on function identity.works_in(uuid, uuid) to autora_dealer_ops;
  alter function identity.works_in(uuid, uuid) owner to autora_sec;
  revoke create on schema identity from autora_sec;`
