import { mustBeAudited, narrow, storeWall, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

const app = 'autora_dealer_ops'

/** What proves who a customer is, encrypted, and who had a masked value shown (docs/decisions/0017-reveal.md). */
export class CustomerIdentity1764000000069 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(values)
    await db.query(storeWall('dealer_ops.customer_identity', app))
    await db.query(narrow('dealer_ops.customer_identity', app, 'of_visible', ofVisible, 'select'))
    await db.query(switchedOn)
    await db.query(mustBeAudited('dealer_ops.customer_identity'))
    await db.query(reveals)
    await db.query(tenantWall('dealer_ops.field_reveal', app, { platform: false }))
    await db.query(
      narrow('dealer_ops.field_reveal', app, 'own_reveals', 'actor_id = (select sec.actor_id())'),
    )
    await db.query(mustBeAudited('dealer_ops.field_reveal'))
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table dealer_ops.field_reveal, dealer_ops.customer_identity')
  }
}

/** Nobody but the dealer's own people and keys reads even the ciphertext; keys only of customers they can see. */
const ofVisible = `
  (select sec.principal()) in ('DEALER_ADMIN', 'DEALER_SALES', 'PARTNER')
  and ((select sec.app_id()) is null or exists (
    select from dealer_ops.customer c
     where c.tenant_id = customer_identity.tenant_id and c.store_id = customer_identity.store_id
       and c.id = customer_identity.customer_id))`

/** Off unless the legal entity of the store has decided otherwise; what is there can always be taken out. */
const switchedOn = `
  create policy switched_on on dealer_ops.customer_identity as restrictive for insert to ${app}
    with check (identity.stores_identity_numbers(store_id));
  create policy switched_on_change on dealer_ops.customer_identity as restrictive for update to ${app}
    using (true) with check (ciphertext is null or identity.stores_identity_numbers(store_id));`

const values = `
  create table dealer_ops.customer_identity (
    tenant_id   uuid not null default sec.tenant_id(),
    store_id    uuid not null,
    customer_id uuid not null,
    field       text not null check (field in ('SA_ID_NUMBER', 'PASSPORT', 'DRIVERS_LICENCE', 'DATE_OF_BIRTH')),
    ciphertext  bytea check (octet_length(ciphertext) between 30 and 400), -- null: taken out again
    recorded_by uuid not null default sec.actor_id(),
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, store_id, customer_id, field),
    foreign key (tenant_id, store_id, customer_id) references dealer_ops.customer (tenant_id, store_id, id)
  );
  comment on column dealer_ops.customer_identity.field is 'class:INTERNAL';
  create index customer_identity_customer on dealer_ops.customer_identity (tenant_id, customer_id);`

const reveals = `
  create table dealer_ops.field_reveal (
    tenant_id   uuid not null default sec.tenant_id(),
    id          uuid not null,
    store_id    uuid not null,
    customer_id uuid not null,
    field       text not null check (char_length(field) between 1 and 40),
    actor_id    uuid not null default sec.actor_id(),
    revealed_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, store_id, customer_id) references dealer_ops.customer (tenant_id, store_id, id)
  );
  comment on column dealer_ops.field_reveal.field is 'class:INTERNAL';
  create index field_reveal_actor on dealer_ops.field_reveal (tenant_id, actor_id, revealed_at);`

const privileges = `
  grant select (tenant_id, store_id, customer_id, field, ciphertext) on dealer_ops.customer_identity to ${app};
  grant insert (store_id, customer_id, field, ciphertext) on dealer_ops.customer_identity to ${app};
  grant update (ciphertext, recorded_by, recorded_at) on dealer_ops.customer_identity to ${app};
  grant select (tenant_id, store_id, actor_id, revealed_at) on dealer_ops.field_reveal to ${app};
  grant insert (id, store_id, customer_id, field) on dealer_ops.field_reveal to ${app};`
