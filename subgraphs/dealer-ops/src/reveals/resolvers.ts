import { answer, type Resolvers } from '@autora/shared/graphql'
import type { Vault } from '@autora/shared/vault'
import { type RevealFieldInput, revealField } from './service.js'

/** GraphQL ⇄ the showing of masked values. */
export const revealResolvers = (vault: Vault): Resolvers => ({
  Mutation: {
    fieldReveal: (_, { input }: { input: RevealFieldInput }, ctx) =>
      answer(revealField(ctx, vault, input), (revealed) => revealed),
  },
})
