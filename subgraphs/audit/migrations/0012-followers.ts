import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What is made from the log: each follower keeps its place, and what it made can be made anew. The role of the followers
 * reads the trail and writes projections; the auditor's role reads, and nothing else.
 */
export class Followers1764000000099 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table audit.follower (
        name     text primary key check (name ~ '^[a-z-]{1,40}$'),
        batch    bigint not null check (batch >= -1), -- everything up to this one was taken
        moved_at timestamptz not null default clock_timestamp()
      );
      comment on column audit.follower.name is 'class:INTERNAL';
      alter table audit.follower enable row level security, force row level security;
      create policy follow on audit.follower to autora_follower using (true) with check (true);
      grant select, insert (name, batch), update (batch, moved_at) on audit.follower to autora_follower;`)
    await db.query(`
      create policy follow on audit.event for select to autora_follower, autora_auditor using (true);
      grant usage on schema audit to autora_follower, autora_auditor;
      grant select on audit.event to autora_follower, autora_auditor;
      grant execute on function audit.leaf_tail(audit.event), audit.leaf_data(audit.event, bigint)
        to autora_follower, autora_auditor;
      set local role autora_sec;
      grant execute on function audit.forest_leaves(bigint) to autora_auditor;
      set local role autora_owner;
      ${log
        .map(
          (table) => `
      create policy follow on ${table} for select to autora_follower, autora_auditor using (true);
      grant select on ${table} to autora_follower, autora_auditor;`,
        )
        .join('')}`)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table audit.follower')
  }
}

const log = [
  'audit.leaf',
  'audit.slot',
  'audit.head',
  'audit.batch',
  'audit.log_node',
  'audit.checkpoint',
  'audit.sequencer',
]
