import type { Resolvers } from '@autora/shared/graphql'
import { decodeId } from '@autora/shared/request'
import { type DealerGroupRow, dealerGroupById } from '../dealer-groups/index.js'
import type { Onboarding } from './entity.js'
import { onboardingById, ownOnboarding } from './service.js'

/** GraphQL ⇄ onboarding. */
export const onboardingResolvers: Resolvers = {
  Query: {
    onboarding: (_root, { dealerGroupId }: { dealerGroupId?: string | null }, ctx) =>
      dealerGroupId ? onboardingById(ctx, decodeId('DealerGroup', dealerGroupId)) : ownOnboarding(ctx),
  },
  DealerGroup: {
    onboarding: (group: DealerGroupRow, _args, ctx) => onboardingById(ctx, group.id),
  },
  Onboarding: {
    dealerGroup: ({ tenantId }: Onboarding, _args, ctx) => dealerGroupById(ctx, tenantId),
  },
}
