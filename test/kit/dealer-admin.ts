import { randomUUID } from 'node:crypto'
import type { World } from './world.js'

/**
 * Gives a dealer group a Dealer Admin past every door, for tests of what changes with the first one.
 * @returns what a client speaks as.
 */
export async function giveDealerAdmin(
  world: World,
  tenantId: string,
): Promise<{ readonly userId: string; readonly membershipId: string }> {
  const [userId, membershipId] = [randomUUID(), randomUUID()]
  await world.sql(
    `with told as (
       insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
       values ('${tenantId}', '${userId}', 'PLATFORM_OWNER', 'test-request', 'platform.founded', 'ALLOW', 'Platform', '${userId}')
       returning id),
     person as (
       insert into identity.user_account (tenant_id, id, display_name, email)
       values ('${tenantId}', '${userId}', 'First Admin', 'admin-${userId.slice(0, 8)}@example.test') returning id)
     insert into identity.membership (tenant_id, id, user_id, role)
     select '${tenantId}', '${membershipId}', person.id, 'DEALER_ADMIN' from person, told`,
  )
  return { userId, membershipId }
}
