import { wallFaults } from '@autora/shared/database'
import { Client } from 'pg'
import { freshDatabase, roleUrlOf } from '../../../test/kit/database.js'

/** Each of these takes a stone out of a wall; the check has to see it. */
const breaks: readonly (readonly [string, RegExp])[] = [
  ['create table dealer_ops.extra (id int)', /extra is not in shared\/access\/tables/],
  ['alter table dealer_ops.appointment rename to visit', /dealer_ops.appointment does not exist/],
  ['create view dealer_ops.all_leads as select 1 as one', /all_leads is a view/],
  ['create materialized view identity.everybody as select 1 as one', /everybody is a view/],
  ['alter table dealer_ops.lead disable row level security', /lead has no forced row security/],
  ['alter table dealer_ops.lead no force row level security', /lead has no forced row security/],
  ['alter table dealer_ops.lead owner to autora_dealer_ops', /lead belongs to autora_dealer_ops/],
  ['drop policy wall on dealer_ops.lead', /lead opens SELECT to autora_dealer_ops/],
  ['alter policy wall on dealer_ops.lead using (true)', /lead opens SELECT to autora_dealer_ops/],
  ['alter policy wall on dealer_ops.lead with check (true)', /lead opens INSERT to autora_dealer_ops/],
  ['drop policy wall on audit.event', /event opens SELECT to autora_audit/],
  ['drop policy append_wall on audit.event', /event opens INSERT to autora_identity/],
  ['grant truncate on dealer_ops.lead to autora_dealer_ops', /grants TRUNCATE/],
  ['grant references (id) on dealer_ops.lead to autora_dealer_ops', /grants REFERENCES/],
  ['grant trigger on dealer_ops.lead to autora_audit', /grants TRIGGER/],
  ['grant select on dealer_ops.lead to public', /grants SELECT to public/],
  ['grant select (id) on dealer_ops.lead to autora_audit', /lead opens SELECT to autora_audit/],
  ['grant select on sec.seal_key to autora_audit', /seal_key grants SELECT/],
  ['grant delete on audit.event to autora_audit', /event grants DELETE/],
  ['grant insert on identity.brand to autora_identity', /brand grants INSERT/],
  ['grant select on dealer_ops.lead to autora_sequencer', /lead grants SELECT to autora_sequencer/],
  ['grant select (id) on identity.store to autora_sequencer', /store grants SELECT to autora_sequencer/],
  ['grant insert on audit.event to autora_sequencer', /event grants INSERT to autora_sequencer/],
  ['grant update (detail) on audit.event to autora_sequencer', /event grants UPDATE to autora_sequencer/],
  ['grant update (hash) on audit.leaf to autora_sequencer', /leaf grants UPDATE to autora_sequencer/],
  ['grant delete on audit.sequencer to autora_sequencer', /sequencer grants DELETE to autora_sequencer/],
  ['grant usage on schema dealer_ops to autora_sequencer', /autora_sequencer may use the schema dealer_ops/],
  ['grant insert on audit.checkpoint to autora_audit', /checkpoint grants INSERT to autora_audit/],
  ['grant insert on audit.event to autora_follower', /event grants INSERT to autora_follower/],
  ['grant select on identity.store to autora_follower', /store grants SELECT to autora_follower/],
  ['grant insert on audit.follower to autora_auditor', /follower grants INSERT to autora_auditor/],
  ['grant update (batch) on audit.follower to autora_audit', /follower grants UPDATE to autora_audit/],
  ['grant select on audit.sequencer to autora_audit', /sequencer grants SELECT to autora_audit/],
  ['drop policy wall on audit.leaf', /leaf opens SELECT to autora_audit/],
  [`alter table audit.event_rest no force row level security`, /event_rest has no forced row security/],
  [`alter table audit.event_rest disable row level security`, /event_rest has no forced row security/],
  ['grant select on audit.event_rest to autora_audit', /event_rest grants SELECT to autora_audit/],
  ['grant insert (detail) on audit.event_rest to autora_identity', /event_rest grants INSERT to autora_id/],
  ['grant select on audit.event_rest to autora_sequencer', /event_rest grants SELECT to autora_sequencer/],
  ['alter table audit.event_rest owner to autora_sec', /event_rest belongs to autora_sec/],
  ['drop trigger append_only_table on audit.event_rest', /event_rest can be emptied past its table/],
  [
    `create table audit.event_2019_01 (like audit.event including constraints including generated);
     alter table audit.event_2019_01 owner to autora_owner;
     alter table audit.event attach partition audit.event_2019_01 for values from ('2019-01-01') to ('2019-02-01')`,
    /event_2019_01 has no forced row security/,
  ],
  [
    `create table identity.planted (id int) partition by list (id);
     create table dealer_ops.part partition of identity.planted default`,
    /part is not in shared\/access\/tables/,
  ],
  ['alter function audit.make_partitions() owner to postgres', /make_partitions\(\) runs as postgres/],
  [
    'alter function audit.is_held(uuid, uuid, timestamptz, timestamptz) owner to autora_owner',
    /runs as autora_owner/,
  ],
  ['grant create on schema identity to autora_identity', /lets autora_identity create things/],
  ['alter role autora_identity bypassrls', /autora_identity has more than a login/],
  ['alter role autora_audit createdb', /autora_audit has more than a login/],
  ['grant autora_owner to autora_audit', /autora_audit is a member of autora_owner/],
  ['create table public.mine (); alter table public.mine owner to autora_audit', /autora_audit owns 1/],
  ['alter role autora_owner login', /autora_owner can log in/],
  ['alter function sec.context() reset search_path', /context\(\) has no fixed search_path/],
  ['grant execute on function sec.context() to public', /context\(\) may be called by everybody/],
  ['alter function sec.context() owner to postgres', /context\(\) runs as postgres/],
]

describe('the wall check', () => {
  let admin: Client
  let identity: Client
  const faultsSeenBy = (db: Client) => wallFaults(async (sql) => (await db.query(sql)).rows)

  beforeAll(async () => {
    const url = await freshDatabase('template_empty')
    admin = new Client({ connectionString: url })
    await admin.connect()
    identity = new Client({ connectionString: roleUrlOf(url, 'identity') })
    await identity.connect()
  })

  afterAll(async () => {
    await Promise.all([admin.end(), identity.end()])
  })

  it('finds nothing after the migrations, whoever asks', async () => {
    expect(await faultsSeenBy(admin)).toEqual([])
    expect(await faultsSeenBy(identity)).toEqual([])
  })

  it.each(breaks)('sees %s', async (statement, fault) => {
    await admin.query('begin')
    await admin.query(statement)

    const faults = await faultsSeenBy(admin)

    await admin.query('rollback')
    expect(faults.join('\n')).toMatch(fault)
  })
})
