import type { Resolvers } from '@autora/shared/graphql'
import type { ControlService } from './controls-service.js'
import { accessMatrix } from './matrix-service.js'

/** GraphQL ⇄ what the platform says about its own security. */
export const accessResolvers = (controls: ControlService): Resolvers => ({
  Query: {
    accessMatrix: () => accessMatrix(),
    securityControls: () => controls.current(),
  },
})
