import { invalid } from '@autora/shared/errors'
import { answer, type Resolvers } from '@autora/shared/graphql'
import { decodeId, type RequestContext } from '@autora/shared/request'
import type { MembershipRow, Role } from '../users/index.js'
import type { Asked } from './asked.js'
import { changeMembership, endMembership } from './change-service.js'
import type { Place } from './entity.js'
import { grantMembership } from './service.js'

/** A place as inputs spell it: one store, or every store. */
interface PlaceInput {
  readonly role: Role
  readonly storeId?: string | null
  readonly everyStore?: boolean | null
}

interface GrantInput extends PlaceInput {
  readonly userId: string
  readonly validFrom?: Date | null
  readonly validTo?: Date | null
  readonly reason?: string | null
}

interface ChangeInput {
  readonly id: string
  readonly version?: number | null
  readonly changes: Partial<PlaceInput> & { readonly validTo?: Date | null }
  readonly reason?: string | null
}

const demandOneOf = (storeId: string | null | undefined, everyStore: boolean | null | undefined) => {
  if (typeof storeId === 'string' && everyStore)
    throw invalid('INVALID', { field: ['everyStore'], message: 'Name a store, or every store, not both.' })
}

/**
 * The place that an input names. Reach is never widened by leaving something out.
 *
 * @throws {DomainError} INVALID - neither or both of store and every store; people of the platform need neither.
 */
export function placeOf({ role, storeId, everyStore }: PlaceInput): Place {
  demandOneOf(storeId, everyStore)
  if (typeof storeId === 'string') return { role, storeId: decodeId('Store', storeId) ?? undefined }
  if (everyStore || role.startsWith('PLATFORM')) return { role, storeId: null }
  throw invalid('INVALID', { field: ['storeId'], message: 'Name a store, or say everyStore: true.' })
}

function changedStore({ storeId, everyStore }: ChangeInput['changes']): string | null | undefined {
  demandOneOf(storeId, everyStore)
  if (everyStore) return null
  return typeof storeId === 'string' ? (decodeId('Store', storeId) ?? 'MALFORMED') : undefined
}

const payload = ({ done, approval }: Asked<MembershipRow>) => ({ membership: done, approval })

const mutations: Resolvers[string] = {
  membershipGrant: (_root, { input }: { input: GrantInput }, ctx: RequestContext) =>
    answer(
      (async () =>
        grantMembership(ctx, { ...input, userId: decodeId('User', input.userId), place: placeOf(input) }))(),
      payload,
    ),
  membershipChange: (_root, { input }: { input: ChangeInput }, ctx: RequestContext) =>
    answer(
      (async () =>
        changeMembership(ctx, {
          ...input,
          ...input.changes,
          id: decodeId('Membership', input.id),
          storeId: changedStore(input.changes),
        }))(),
      payload,
    ),
  membershipEnd: (_root, { input }: { input: { id: string; reason?: string | null } }, ctx: RequestContext) =>
    answer(endMembership(ctx, { ...input, id: decodeId('Membership', input.id) }), payload),
}

/** GraphQL ⇄ use cases of memberships. */
export const membershipResolvers: Resolvers = { Mutation: mutations }
