/** The policies of audit.event, as the migrations before had made them. */
export const eventPolicies = `
  create policy wall on audit.event as restrictive for select to autora_audit using (
    (tenant_id = (select sec.tenant_id()) or (select sec.principal()) in ('PLATFORM_OWNER', 'PLATFORM_SUPPORT'))
    and (
      (select sec.principal()) = 'PLATFORM_OWNER'
      or actor_id = (select sec.actor_id())
      or ((select sec.principal()) = 'DEALER_ADMIN'
          and ((select sec.is_tenant_wide()) or store_id = any ((select sec.store_ids())::uuid[])))
    ));
  create policy rows on audit.event for select to autora_audit using (true);
  create policy append_wall on audit.event as restrictive for insert
    to autora_identity, autora_dealer_ops, autora_audit with check (
    (select sec.actor_id()) is not null
    and (tenant_id = (select sec.tenant_id()) or (select sec.is_platform()))
    and (store_id is null or (select sec.is_platform()) or (select sec.is_tenant_wide())
         or store_id = any ((select sec.store_ids())::uuid[])));
  create policy append on audit.event for insert to autora_identity, autora_dealer_ops, autora_audit with check (true);
  create policy append_wall_issuer on audit.event as restrictive for insert to autora_issuer
    with check ((select sec.actor_id()) is not null);
  create policy append_issuer on audit.event for insert to autora_issuer with check (true);
  create policy enforce on audit.event for select to autora_sec using (true);
  create policy sequence on audit.event for select to autora_sequencer using (true);`

/** Who may read it, and who may add what. A partition by itself is open to nobody. */
export const eventPrivileges = `
  grant select on audit.event to autora_audit, autora_sec, autora_sequencer;
  grant insert (tenant_id, action, action_version, outcome, store_id, target_type, target_id, detail)
    on audit.event to autora_identity, autora_dealer_ops, autora_audit, autora_issuer;`

/** The text of a leaf, to the byte as before: the functions take rows of the table, which is another one now. */
export const leafFunctions = `
  -- everything of a leaf behind its place in the tree
  create function audit.leaf_tail(e audit.event) returns text
    language sql stable set search_path = pg_catalog as $$
      select ' ' || e.epoch || ' ' || e.xid || ' ' || e.id || ' '
        || to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || e.db_user || ' '
        || e.actor_id || ' ' || e.actor_principal || ' ' || coalesce(e.grant_id::text, '-') || ' ' || e.request_id
        || chr(10) || e.body $$;
  create function audit.leaf_data(e audit.event, index bigint) returns text
    language sql stable set search_path = pg_catalog as $$
      select 'autora-event/1 ' || e.tenant_id || ' ' || index || audit.leaf_tail(e) $$;
  grant execute on function audit.leaf_tail(audit.event), audit.leaf_data(audit.event, bigint)
    to autora_sequencer, autora_audit;`

/**
 * As before, but an event of this transaction is looked for among those that were recorded since it began, so that other
 * months are not opened. Where none is found there, all months are: a clock may have been set back, and a demo network
 * brings a history along.
 */
export const requireEvent = `
  grant create on schema audit to autora_sec;
  set local role autora_sec;
  create or replace function audit.require_event() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    tenant uuid := case tg_op when 'DELETE' then old.tenant_id else new.tenant_id end;
    under uuid;
  begin
    select grant_id into under from audit.event
     where xid = pg_current_xact_id() and tenant_id = tenant
       and recorded_at >= transaction_timestamp() and recorded_at < transaction_timestamp() + interval '1 day' limit 1;
    if not found then
      select grant_id into under from audit.event where xid = pg_current_xact_id() and tenant_id = tenant limit 1;
    end if;
    if not found then
      raise exception 'a change of % has no audit event in its transaction', tg_table_name using errcode = 'AU001';
    end if;
    if under is not null and tg_table_name not in ('support_grant', 'incident')
       and not exists (select from identity.support_grant g
                        where g.tenant_id = tenant and g.id = under and g.capabilities <> '{READ}') then
      raise exception 'a grant that only reads changes no %', tg_table_name using errcode = 'AU005';
    end if;
    return null;
  end $$;
  set local role autora_owner;
  revoke create on schema audit from autora_sec;`
