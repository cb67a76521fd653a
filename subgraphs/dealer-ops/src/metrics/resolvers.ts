import type { Resolvers } from '@autora/shared/graphql'
import { type LeadMetricsInput, leadMetrics } from './service.js'

/** Resolvers of metrics. */
export const metricsResolvers: Resolvers = {
  Query: {
    leadMetrics: (_, { input }: { input: LeadMetricsInput }, ctx) => leadMetrics(ctx, input),
  },
}
