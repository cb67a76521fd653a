import { type PolicyKnob, type Principal, usualPolicy, withinFloor } from '@autora/shared/access'
import type { TenantTx } from '@autora/shared/database'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { floorAt, readFloor, rulesInForce } from '../governance-rules/index.js'
import { groupBy } from '../load.js'
import { scopeOf } from '../scope.js'
import { changeOf, namedKnobs, type PolicyWish, refuseBelowFloor, valuesOf } from './change.js'
import type { AccessPolicy, PolicyVersionRow } from './entity.js'
import { type PreviewChange, previewChanges } from './preview.js'
import { pageOfVersions, selectStandingVersions } from './repository.js'

/** Versions that will hold: those that no newer one overtakes. */
const announced = (standing: readonly PolicyVersionRow[], now: Date) =>
  standing.filter(
    (version, index) =>
      version.effectiveFrom > now &&
      !standing.slice(index + 1).some((newer) => newer.effectiveFrom <= version.effectiveFrom),
  )

/** The policies of some groups as of now, in the caller's transaction; one for each group, decided or not. */
export async function policiesOf(tx: TenantTx, ctx: RequestContext, tenantIds: readonly string[]) {
  const now = ctx.clock.now()
  const rules = await rulesInForce(tx, now)
  const floor = readFloor(Object.fromEntries(rules.map(({ knob, loosest }) => [knob, loosest ?? ''])))
  const rows = groupBy(
    await selectStandingVersions(tx, scopeOf(ctx.actor), tenantIds, now),
    ({ tenantId }) => tenantId,
  )
  return tenantIds.map((id): AccessPolicy => {
    const standing = rows.get(id) ?? []
    const current = standing.find(({ effectiveFrom }) => effectiveFrom <= now) ?? null
    return {
      id,
      current,
      latestVersion: standing.at(-1)?.version ?? 0,
      scheduled: announced(standing, now),
      values: withinFloor(current ? valuesOf(current) : usualPolicy, floor),
      rules,
    }
  })
}

/** The policy of a group that the caller can see. */
export const accessPolicyOf = (ctx: RequestContext, tenantId: string): Promise<AccessPolicy | null> =>
  ctx.batch('accessPolicy', tenantId, async (ids) => {
    const policies = await ctx.tenant.read((tx) => policiesOf(tx, ctx, ids))
    return new Map(policies.map((policy) => [policy.id, policy]))
  })

/** The policy of the caller's own group; null for platform staff, who have none. */
export const ownAccessPolicy = async (ctx: RequestContext): Promise<AccessPolicy | null> =>
  ctx.actor.reach === 'PLATFORM' ? null : accessPolicyOf(ctx, ctx.actor.tenantId)

/** A page of what a group ever decided, newest first, and one row more when there is a next page. */
export const accessPolicyHistory = (
  ctx: RequestContext,
  tenantId: string,
  page: PageRequest,
): Promise<PolicyVersionRow[]> =>
  ctx.tenant.read((tx) => pageOfVersions(tx, scopeOf(ctx.actor), tenantId, page))

/** What a policy would change for a role. */
export interface PolicyPreview {
  readonly role: Principal
  readonly loosened: readonly PolicyKnob[]
  readonly changes: readonly PreviewChange[]
}

/**
 * What would change for a role if a policy were published now, for the caller's group; for the platform, for a group
 * that has decided nothing.
 *
 * @throws {DomainError} INVALID - a value is out of range or looser than the platform allows.
 */
export function previewPolicy(
  ctx: RequestContext,
  wish: PolicyWish,
  role: Principal,
): Promise<PolicyPreview> {
  const named = namedKnobs(wish)
  const now = ctx.clock.now()
  return ctx.tenant.read(async (tx) => {
    const standing = await selectStandingVersions(tx, scopeOf(ctx.actor), [ctx.actor.tenantId], now)
    const change = changeOf(standing, named, now)
    const floor = await floorAt(tx, now)
    refuseBelowFloor(change, floor)
    const [before, after] = [withinFloor(change.before, floor), withinFloor(change.values, floor)]
    return { role, loosened: change.loosened, changes: previewChanges(role, before, after) }
  })
}
