import { randomUUID } from 'node:crypto'
import type { World } from './world.js'

/**
 * Writes rows past every wall, as an installation would: with an event of their tenant in the same transaction, which
 * every change must have.
 *
 * @param statements - without parameters; ids and words of the test's own only.
 */
export async function plant(world: Pick<World, 'sql'>, tenantId: string, statements: string): Promise<void> {
  await world.sql(
    `insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
     values ('${tenantId}', '${tenantId}', 'SYSTEM', 'planted-by-test', 'platform.founded', 'ALLOW', 'Platform', '${tenantId}');
     ${statements}`,
  )
}

/** Somebody planted: a user with one membership. */
export interface PlantedPerson {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
}

/** Plants a person. @param place - `storeId` null: every store. */
export async function plantPerson(
  world: Pick<World, 'sql'>,
  place: {
    readonly tenantId: string
    readonly role: string
    readonly storeId: string | null
    readonly status?: string
  },
): Promise<PlantedPerson> {
  const { tenantId, role, storeId, status = 'ACTIVE' } = place
  const [id, userId] = [randomUUID(), randomUUID()]
  await plant(
    world,
    tenantId,
    `insert into identity.user_account (tenant_id, id, display_name, email, status)
     values ('${tenantId}', '${userId}', 'Planted Person', '${userId}@planted.example.test', '${status}');
     insert into identity.membership (tenant_id, id, user_id, role, store_id)
     values ('${tenantId}', '${id}', '${userId}', '${role}', ${storeId === null ? 'null' : `'${storeId}'`})`,
  )
  return { id, tenantId, userId }
}
