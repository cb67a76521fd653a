import type { Principal } from '@autora/shared/access'
import type { Actor } from '@autora/shared/actor'
import { Refusal } from '../answers/index.js'
import type { ViewWish } from './header.js'

/**
 * The roles whose name in the sealed context can only take rows away from a viewer. A platform role never belongs here
 * for a dealer's people: some walls open all tenants to it. For a role that is not listed the rows stay the viewer's own.
 */
const narrowing: Readonly<Partial<Record<Principal, readonly Principal[]>>> = {
  DEALER_ADMIN: ['DEALER_SALES', 'DEALER_MARKETING', 'ANALYST'],
  PLATFORM_OWNER: ['PLATFORM_SUPPORT', 'DEALER_ADMIN', 'DEALER_SALES', 'DEALER_MARKETING', 'ANALYST'],
}

/** Whether somebody may look at the platform as another role: people who govern it or a dealer group, as themselves. */
export const mayView = ({ kind, principal, grant }: Actor): boolean =>
  kind === 'USER' && grant === null && (principal === 'DEALER_ADMIN' || principal === 'PLATFORM_OWNER')

/** The rows of a viewer that lie in the stores he named: never one that he does not see himself. */
function reachWithin(viewer: Actor, storeIds: readonly string[] | null): Pick<Actor, 'reach' | 'storeIds'> {
  const { reach } = viewer
  if (storeIds === null) return { reach, storeIds: viewer.storeIds }
  if (reach === 'PLATFORM')
    throw new Refusal(400, 'BAD_REQUEST', {
      message: 'Platform staff have no stores: name the role alone in x-autora-view-as.',
    })
  // a store of another tenant opens nothing: the wall of a store asks for the tenant as well
  const own = reach === 'TENANT' ? storeIds : storeIds.filter((id) => viewer.storeIds.includes(id))
  return { reach: 'STORES', storeIds: own }
}

/**
 * The actor of a view: the viewer himself, with his rows or fewer, and with the rights that both he and the role have.
 *
 * @throws {Refusal} 400 BAD_REQUEST - platform staff named stores.
 */
export function viewedActor(viewer: Actor, { role, storeIds }: ViewWish): Actor {
  const isNarrowing = narrowing[viewer.principal as Principal]?.includes(role) ?? false
  const [principal, limitedBy] = isNarrowing ? [role, viewer.principal] : [viewer.principal, role]
  if (principal === 'SYSTEM' || limitedBy === 'SYSTEM') throw new Error('the platform itself views nothing')
  return { ...viewer, ...reachWithin(viewer, storeIds), principal, limitedBy }
}
