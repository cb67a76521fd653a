import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'

/** Platform support is platform staff too: the wall of a tenant alone would let it in. */
const ownerOnly = `(select sec.is_platform()) and (select sec.principal()) = 'PLATFORM_OWNER'`

const tables = `
  create table identity.billing_account (
    tenant_id         uuid primary key references identity.dealer_group (tenant_id),
    plan              text not null check (plan in ('PILOT', 'STANDARD', 'ENTERPRISE')),
    seats             integer not null check (seats between 1 and 100000),
    price_cents       bigint not null check (price_cents between 0 and 2000000000), -- a seat and month, without tax
    currency          text not null check (currency ~ '^[A-Z]{3}$'),
    contact_email     text check (char_length(contact_email) between 3 and 254),
    payment_reference text check (char_length(payment_reference) between 1 and 60),
    version           integer not null default 1
  );
  comment on column identity.billing_account.plan is 'class:BILLING';
  comment on column identity.billing_account.currency is 'class:BILLING';
  comment on column identity.billing_account.contact_email is 'class:BILLING';
  comment on column identity.billing_account.payment_reference is 'class:BILLING';

  create table identity.invoice (
    tenant_id         uuid not null references identity.dealer_group (tenant_id),
    id                uuid not null,
    number            bigint, -- given by the database when it is issued, without gaps over the whole platform
    status            text not null default 'DRAFT' check (status in ('DRAFT', 'ISSUED', 'PAID', 'VOID')),
    period            text not null check (period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
    lines             jsonb not null check (jsonb_array_length(lines) between 1 and 100),
    amount_cents      bigint not null check (amount_cents between 0 and 2000000000),
    currency          text not null check (currency ~ '^[A-Z]{3}$'),
    due_at            timestamptz not null,
    created_at        timestamptz not null default clock_timestamp(),
    issued_at         timestamptz,
    paid_at           timestamptz,
    payment_reference text check (char_length(payment_reference) between 1 and 60),
    voided_at         timestamptz,
    void_reason       text check (char_length(void_reason) between 10 and 500),
    primary key (tenant_id, id),
    unique (tenant_id, number),
    check ((status in ('ISSUED', 'PAID')) <= (number is not null and issued_at is not null)),
    check ((status = 'DRAFT') <= (number is null)),
    check ((status = 'PAID') = (paid_at is not null)),
    check ((status = 'VOID') = (voided_at is not null and void_reason is not null))
  );
  comment on column identity.invoice.status is 'class:BILLING';
  comment on column identity.invoice.period is 'class:BILLING';
  comment on column identity.invoice.lines is 'class:BILLING';
  comment on column identity.invoice.currency is 'class:BILLING';
  comment on column identity.invoice.payment_reference is 'class:BILLING';
  comment on column identity.invoice.void_reason is 'class:BILLING';
  create index invoice_newest on identity.invoice (tenant_id, created_at desc, id desc);

  -- one row for the platform: its lock makes invoices wait for each other, and a rollback gives the number back
  create table identity.invoice_counter (last_number bigint not null check (last_number >= 0));
  alter table identity.invoice_counter enable row level security, force row level security;
  create policy install on identity.invoice_counter to autora_owner using (true) with check (true);
  create policy number on identity.invoice_counter to autora_sec using (true) with check (true);
  insert into identity.invoice_counter values (0);
  grant select, update on identity.invoice_counter to autora_sec;`

/** Gives the number, and keeps what was issued as it is: from then on it is paid or void, and nothing else. */
const keeping = `
  create function identity.keep_invoice() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    later text[] := array['status', 'paid_at', 'payment_reference', 'voided_at', 'void_reason'];
  begin
    if tg_op = 'DELETE' then
      raise exception 'an invoice is never deleted' using errcode = 'AU013';
    end if;
    if tg_op = 'UPDATE' and old.status <> 'DRAFT' then
      if old.status <> 'ISSUED' or new.status not in ('PAID', 'VOID')
         or (to_jsonb(new) - later) is distinct from (to_jsonb(old) - later) then
        raise exception 'an issued invoice does not change' using errcode = 'AU013';
      end if;
      return new;
    end if;
    if tg_op = 'UPDATE' and new.status = 'PAID' then
      raise exception 'a draft cannot be paid' using errcode = 'AU013';
    end if;
    new.number := null;
    if new.status = 'ISSUED' or (tg_op = 'INSERT' and new.status <> 'DRAFT') then
      update identity.invoice_counter set last_number = last_number + 1 returning last_number into new.number;
    end if;
    return new;
  end $$;
  grant create on schema identity to autora_sec;
  alter function identity.keep_invoice() owner to autora_sec;
  revoke create on schema identity from autora_sec;
  set local role autora_sec;
  grant execute on function identity.keep_invoice() to autora_owner; -- who makes the trigger
  set local role autora_owner;
  create trigger kept before insert or update or delete on identity.invoice
    for each row execute function identity.keep_invoice();
  alter table identity.invoice enable always trigger kept;`

const privileges = `
  grant select on identity.billing_account, identity.invoice to autora_identity;
  grant insert (tenant_id, plan, seats, price_cents, currency, contact_email, payment_reference)
    on identity.billing_account to autora_identity;
  grant update (plan, seats, price_cents, currency, contact_email, payment_reference, version)
    on identity.billing_account to autora_identity;
  grant insert (tenant_id, id, period, lines, amount_cents, currency, due_at) on identity.invoice to autora_identity;
  grant update (status, issued_at, paid_at, payment_reference, voided_at, void_reason)
    on identity.invoice to autora_identity;`

/** Billing accounts and invoices: rows of the platform's owner alone, whatever a matrix says. */
export const billingSql: readonly string[] = [
  tables,
  ...['identity.billing_account', 'identity.invoice'].flatMap((table) => [
    tenantWall(table, 'autora_identity', { platform: true }),
    narrow(table, 'autora_identity', 'owner_only', ownerOnly),
    mustBeAudited(table),
  ]),
  keeping,
  privileges,
]
