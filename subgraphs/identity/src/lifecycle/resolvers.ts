import { answer, type Resolvers } from '@autora/shared/graphql'
import { decodeId, type RequestContext } from '@autora/shared/request'
import { dealerGroupById } from '../dealer-groups/index.js'
import type { LifeDeed } from './entity.js'
import { type CreateDealerGroupInput, createDealerGroup, requestChangeOfState } from './service.js'

interface GivenGroup extends Omit<CreateDealerGroupInput, 'parentId'> {
  readonly parentId?: string | null
}

const ask =
  (deed: LifeDeed, type: 'DealerGroup' | 'Store') =>
  (_root: unknown, { input }: { input: { id: string; reason: string } }, ctx: RequestContext) =>
    answer(
      requestChangeOfState(ctx, deed, { id: decodeId(type, input.id), reason: input.reason }),
      (approval) => ({ approval }),
    )

/** GraphQL ⇄ the life of dealer groups and stores. */
export const lifecycleResolvers: Resolvers = {
  Mutation: {
    dealerGroupCreate: (_root, { input: { parentId, ...input } }: { input: GivenGroup }, ctx) =>
      answer(
        createDealerGroup(ctx, parentId ? { ...input, parentId: decodeId('DealerGroup', parentId) } : input),
        ({ done, approval }) => ({ dealerGroup: dealerGroupById(ctx, done), approval }),
      ),
    dealerGroupSuspend: ask('dealerGroup:suspend', 'DealerGroup'),
    dealerGroupReinstate: ask('dealerGroup:reinstate', 'DealerGroup'),
    dealerGroupArchive: ask('dealerGroup:archive', 'DealerGroup'),
    storeSuspend: ask('store:suspend', 'Store'),
    storeReinstate: ask('store:reinstate', 'Store'),
    storeClose: ask('store:close', 'Store'),
  },
}
