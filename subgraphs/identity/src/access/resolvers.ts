import type { Resolvers } from '@autora/shared/graphql'
import { accessMatrix } from './matrix-service.js'

/** GraphQL ⇄ the access matrix that this build enforces. */
export const accessResolvers: Resolvers = {
  Query: {
    accessMatrix: () => accessMatrix(),
  },
}
