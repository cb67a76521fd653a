import type { Resolvers } from '@autora/shared/graphql'
import { type InboxArguments, inbox } from './service.js'

/** Resolvers of the inbox. */
export const inboxResolvers: Resolvers = {
  Query: {
    inbox: (_, args: InboxArguments, ctx) => inbox(ctx, args),
  },
}
