import type { RequestContext } from '@autora/shared/request'
import type { Onboarding } from './entity.js'
import { findOnboardingFacts } from './repository.js'
import { onboardingOf } from './steps.js'

/** How far a dealer group is set up; null when it is absent or foreign. One statement for all groups of a request. */
export async function onboardingById(
  ctx: RequestContext,
  tenantId: string | null,
): Promise<Onboarding | null> {
  if (tenantId === null) return null
  return ctx.batch('onboarding', tenantId, async (tenantIds) => {
    const facts = await ctx.tenant.read((tx) => findOnboardingFacts(tx, tenantIds))
    return new Map(facts.map((row) => [row.tenantId, onboardingOf(row)]))
  })
}

/** How far the caller's own group is set up; null for platform staff without a grant, who have none. */
export const ownOnboarding = (ctx: RequestContext): Promise<Onboarding | null> =>
  onboardingById(ctx, ctx.actor.reach === 'PLATFORM' ? null : ctx.actor.tenantId)
