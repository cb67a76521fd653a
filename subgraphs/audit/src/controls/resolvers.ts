import type { Resolvers } from '@autora/shared/graphql'
import type { ControlCode } from './entity.js'
import { controlStatus, controlStatuses } from './status-service.js'

/** Resolvers of what the platform says about its own security. */
export const controlResolvers: Resolvers = {
  Query: {
    securitySummary: async (_parent, _args, ctx) => {
      const controls = await controlStatuses(ctx)
      return {
        controls,
        isProven: controls.every(({ result }) => result === 'PASS'),
        failing: controls.filter(({ result }) => result === 'FAIL').length,
        unproven: controls.filter(({ result }) => result === 'STALE' || result === 'UNKNOWN').length,
      }
    },
    controlStatus: (_parent, { control }: { control: ControlCode }, ctx) => controlStatus(ctx, control),
  },
}
