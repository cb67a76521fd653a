import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Reading the trail: indexes in the order of the pages, timelines and tree nodes that a follower makes from the log. A
 * timeline names events and holds nothing of them: each read goes to the event, through the event's own wall
 * (docs/decisions/0025-reading-the-trail.md).
 */
export class Timelines1764000000110 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(indexes)
    await db.query(projections)
    await db.query(walls)
    await db.query(tally)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table audit.timeline, audit.tree_node')
  }
}

/** Pages go by (recorded_at, id): months that a page cannot be in are not opened. */
const indexes = `
  drop index audit.event_target;
  drop index audit.event_actor;
  drop index audit.event_request;
  create index event_time on audit.event (tenant_id, recorded_at, id);
  create index event_all_time on audit.event (recorded_at, id); -- the owner's list over all groups
  create index event_target on audit.event (target_id, recorded_at, id);
  create index event_actor on audit.event (actor_id, recorded_at, id);
  create index event_request on audit.event (request_id, recorded_at, id);
  create index event_action on audit.event (action, tenant_id, recorded_at, id);
  create index event_grant on audit.event (grant_id, recorded_at, id) where grant_id is not null;
  create index event_refused on audit.event (tenant_id, recorded_at, id) where outcome <> 'ALLOW';`

const projections = `
  create table audit.timeline (
    tenant_id   uuid not null,
    facet       smallint not null check (facet between 1 and 4), -- person, record, grant, request
    key         uuid not null,
    recorded_at timestamptz not null,
    event_id    bigint not null,
    primary key (tenant_id, facet, key, recorded_at, event_id)
  );

  -- whole subtrees of a tenant's tree from 256 leaves on, so that a proof reads a few hundred hashes at most
  create table audit.tree_node (
    tenant_id uuid not null,
    level     smallint not null check (level in (8, 16, 24)),
    index     bigint not null check (index >= 0),
    hash      bytea not null check (octet_length(hash) = 32),
    primary key (tenant_id, level, index)
  );`

/** Who sees an event sees that it is in a timeline, and nobody else does: the question goes to the event's own wall. */
const walls = `
  ${['audit.timeline', 'audit.tree_node']
    .map(
      (table) => `
  alter table ${table} enable row level security, force row level security;
  create policy follow on ${table} to autora_follower using (true) with check (true);
  create policy look on ${table} for select to autora_auditor using (true);
  create policy rows on ${table} for select to autora_audit using (true);
  grant select, insert, delete on ${table} to autora_follower;
  grant select on ${table} to autora_auditor, autora_audit;`,
    )
    .join('')}
  create policy wall on audit.timeline as restrictive for select to autora_audit using (
    (tenant_id = (select sec.tenant_id()) or (select sec.principal()) in ('PLATFORM_OWNER', 'PLATFORM_SUPPORT'))
    and exists (select from audit.event e
                 where e.tenant_id = timeline.tenant_id and e.id = timeline.event_id
                   and e.recorded_at = timeline.recorded_at));
  create policy wall on audit.tree_node as restrictive for select to autora_audit
    using (tenant_id = (select sec.tenant_id()) or (select sec.principal()) = 'PLATFORM_OWNER');

  -- a supporter sees the place of what he sees in another group's trail
  alter policy wall on audit.leaf using (
    tenant_id = (select sec.tenant_id()) or (select sec.principal()) = 'PLATFORM_OWNER'
    or ((select sec.principal()) = 'PLATFORM_SUPPORT'
        and exists (select from audit.event e where e.tenant_id = leaf.tenant_id and e.id = leaf.event_id)));`

/** A supporter who reads the trail changes nothing: the receipt of his grant counts it as a read already. */
const tally = `
  drop trigger tally_support on audit.event;
  create trigger tally_support after insert on audit.event
    for each row when (new.grant_id is not null and new.action <> 'auditTrail.read')
    execute function audit.tally_support();
  alter table audit.event enable always trigger tally_support;`
