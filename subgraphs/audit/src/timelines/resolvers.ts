import type { Resolvers } from '@autora/shared/graphql'
import type { PageArguments } from '@autora/shared/request'
import { auditTimeline, type TimelineOf, type TimelineOrder } from './service.js'

/** Resolvers of timelines. */
export const timelineResolvers: Resolvers = {
  Query: {
    auditTimeline: (_parent, args: PageArguments & { of: TimelineOf; order: TimelineOrder }, ctx) =>
      auditTimeline(ctx, args.of, args.order, args),
  },
}
