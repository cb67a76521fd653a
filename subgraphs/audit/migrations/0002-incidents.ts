import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Reported incidents. Everybody may report one; who reported it and a Dealer Admin of its stores may read it. */
export class AuditIncidents1764000000040 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table audit.incident (
        tenant_id   uuid not null default sec.tenant_id(),
        id          uuid not null default gen_random_uuid(),
        store_id    uuid,
        category    text not null
          check (category in ('DATA_EXPOSURE', 'WRONG_RECIPIENT', 'LOST_DEVICE', 'SUSPICIOUS_ACCESS', 'OTHER')),
        summary     text not null check (char_length(summary) between 1 and 4000),
        lead_id     uuid,
        status      text not null default 'OPEN' check (status in ('OPEN', 'IN_REVIEW', 'CLOSED')),
        reported_by uuid not null default sec.actor_id(),
        reported_at timestamptz not null default clock_timestamp(),
        primary key (tenant_id, id),
        foreign key (tenant_id, store_id) references identity.store (tenant_id, id)
      );
      comment on column audit.incident.category is 'class:INTERNAL';
      comment on column audit.incident.summary is 'class:BODY';
      comment on column audit.incident.status is 'class:INTERNAL';
      create index incident_newest on audit.incident (tenant_id, reported_at desc, id desc);`)
    await db.query(tenantWall('audit.incident', 'autora_audit', { platform: true }))
    await db.query(narrow('audit.incident', 'autora_audit', 'own_or_charge', ownOrCharge, 'select'))
    await db.query(`
      grant select on audit.incident to autora_audit;
      grant insert (store_id, category, summary, lead_id) on audit.incident to autora_audit;`)
    await db.query(mustBeAudited('audit.incident'))
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table audit.incident')
  }
}

const ownOrCharge = `
  reported_by = (select sec.actor_id()) or (select sec.is_platform())
  or ((select sec.principal()) = 'DEALER_ADMIN'
      and ((select sec.is_tenant_wide()) or store_id = any ((select sec.store_ids())::uuid[])))`
