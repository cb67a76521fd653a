import { publishActionsOn } from '@autora/shared/audit'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The database knows what can be said: an event of an unknown action, version, kind of target or key is refused, and
 * one about support work carries ticket and reason of the grant, taken from the grant and not from the application
 * (docs/decisions/0022-what-the-database-refuses.md).
 */
export class AuditActions1764000000130 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(table)
    await db.query(check)
    await db.query(guards)
    // later versions are added by `autora migrate`, whatever migration the code is at
    await publishActionsOn((sql, parameters) => db.query(sql, [...parameters]))
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table audit.event drop constraint support_is_explained')
    await db.query('drop trigger check_event on audit.event; drop function audit.check_event()')
    await db.query('drop table audit.action')
  }
}

const table = `
  create table audit.action (
    name        text not null check (name ~ '^[a-zA-Z]+\\.[a-zA-Z]+$'),
    version     smallint not null check (version >= 1),
    target_type text not null check (target_type ~ '^[A-Za-z]{1,40}$'),
    category    text not null check (category ~ '^[A-Z_]{1,20}$'),
    detail      jsonb not null check (jsonb_typeof(detail) = 'object' and not detail ? 'support'), -- key → kind
    keys        text[] not null, -- all of them
    required    text[] not null, -- those that must be there
    primary key (name, version)
  );
  comment on column audit.action.name is 'class:PUBLIC';
  comment on column audit.action.target_type is 'class:PUBLIC';
  comment on column audit.action.category is 'class:PUBLIC';
  comment on column audit.action.detail is 'class:PUBLIC';
  comment on column audit.action.keys is 'class:PUBLIC';
  comment on column audit.action.required is 'class:PUBLIC';
  alter table audit.action enable row level security, force row level security;
  create policy check_event on audit.action for select to autora_sec using (true);
  create policy compare on audit.action for select to autora_owner using (true);
  create policy publish on audit.action for insert to autora_owner with check (true);
  grant select on audit.action to autora_sec;`

const check = `
  grant create on schema audit to autora_sec;
  set local role autora_sec;
  create function audit.check_event() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    shape audit.action;
    permit uuid := coalesce(new.grant_id, case when new.target_type = 'SupportGrant' then new.target_id end);
  begin
    select * into shape from audit.action a where a.name = new.action and a.version = new.action_version;
    if not found then
      raise exception 'no action % in version % is known', new.action, new.action_version using errcode = 'AU010';
    end if;
    if new.target_type <> shape.target_type then
      raise exception 'an event of % is about a %', new.action, shape.target_type using errcode = 'AU010';
    end if;
    if jsonb_typeof(new.detail) <> 'object' or not new.detail ?& shape.required
       or new.detail - shape.keys <> '{}' then
      raise exception 'the detail of % has other keys', new.action using errcode = 'AU010';
    end if;
    if permit is not null then
      select new.detail || jsonb_build_object('support', jsonb_build_object('ticket', g.ticket_ref, 'reason', g.reason))
        into new.detail from identity.support_grant g where g.tenant_id = new.tenant_id and g.id = permit;
      if not found then
        raise exception 'support work without a grant that explains it' using errcode = 'AU011';
      end if;
    end if;
    return new;
  end $$;
  revoke execute on function audit.check_event() from public;
  grant execute on function audit.check_event() to autora_owner; -- who makes the trigger
  set local role autora_owner;
  revoke create on schema audit from autora_sec;`

/** Events that were written before carry no explanation and cannot be given one: the check holds from now on. */
const guards = `
  create trigger append_only_row before update or delete on audit.action
    for each row execute function audit.refuse_change();
  create trigger append_only_table before truncate on audit.action
    for each statement execute function audit.refuse_change();
  alter table audit.action enable always trigger append_only_row;
  alter table audit.action enable always trigger append_only_table;

  create trigger check_event before insert on audit.event for each row execute function audit.check_event();
  alter table audit.event enable always trigger check_event;
  alter table audit.event add constraint support_is_explained check (
    (grant_id is null and target_type <> 'SupportGrant')
    or (char_length(detail #>> '{support,ticket}') > 0 and char_length(detail #>> '{support,reason}') > 0) is true
  ) not valid;`
