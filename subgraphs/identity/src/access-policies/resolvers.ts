import { answer, type Resolvers } from '@autora/shared/graphql'
import type { DealerGroupRow } from '../dealer-groups/index.js'
import {
  accessPolicyOf,
  ownAccessPolicy,
  type UpdateAccessPolicyInput,
  updateAccessPolicy,
} from './service.js'

/** GraphQL ⇄ use cases of access policies. */
export const accessPolicyResolvers: Resolvers = {
  Query: { accessPolicy: (_root, _args, ctx) => ownAccessPolicy(ctx) },
  Mutation: {
    accessPolicyUpdate: (_root, { input }: { input: UpdateAccessPolicyInput }, ctx) =>
      answer(updateAccessPolicy(ctx, input), (accessPolicy) => ({ accessPolicy })),
  },
  DealerGroup: {
    accessPolicy: (group: DealerGroupRow, _args, ctx) => accessPolicyOf(ctx, group.id),
  },
}
