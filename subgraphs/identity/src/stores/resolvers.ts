import { answer, type Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { type DealerGroupRow, dealerGroupById } from '../dealer-groups/index.js'
import { legalEntityById } from '../legal-entities/index.js'
import { type ConfigureStoreInput, configureStore } from './configure-service.js'
import { type CreateStoreInput, createStore } from './create-service.js'
import type { StoreRow } from './entity.js'
import { parseOpeningHours } from './opening-hours.js'
import { brandsOf, listStores, storeById } from './service.js'

interface GivenStore extends CreateStoreInput {
  readonly dealerGroupId: string
  readonly legalEntityId: string
}

/** Stores carry no time: every cursor names the same one, and the id decides. */
const cursorOf = ({ id }: StoreRow) => ({ id, at: '1970-01-01T00:00:00Z' })

async function storePage(ctx: RequestContext, args: PageArguments, groupId: string | null) {
  const page = pageRequest(args)
  return connection(await listStores(ctx, page, groupId), page, cursorOf)
}

/** GraphQL ⇄ use cases of stores. */
export const storeResolvers: Resolvers = {
  Query: {
    stores: (_root, args: PageArguments, ctx) => storePage(ctx, args, null),
    store: (_root, { id }: { id: string }, ctx) => storeById(ctx, decodeId('Store', id)),
  },
  Mutation: {
    storeConfigure: (_root, { input }: { input: ConfigureStoreInput & { id: string } }, ctx) =>
      answer(configureStore(ctx, { ...input, id: decodeId('Store', input.id) }), (store) => ({ store })),
    storeCreate: (_root, { input }: { input: GivenStore }, ctx) =>
      answer(
        createStore(ctx, {
          ...input,
          dealerGroupId: decodeId('DealerGroup', input.dealerGroupId),
          legalEntityId: decodeId('LegalEntity', input.legalEntityId),
        }),
        (store) => ({ store }),
      ),
  },
  Store: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      storeById(ctx, decodeId('Store', id)),
    id: (store: StoreRow) => encodeId('Store', store.id),
    openingTimes: ({ openingHours }: StoreRow) =>
      parseOpeningHours(openingHours)?.map((row) => ({ ...row, day: row.day.toUpperCase() })),
    brands: (store: StoreRow, _args, ctx) => brandsOf(ctx, store.id),
    dealerGroup: (store: StoreRow, _args, ctx) => dealerGroupById(ctx, store.tenantId),
    legalEntity: (store: StoreRow, _args, ctx) => legalEntityById(ctx, store.legalEntityId),
  },
  DealerGroup: {
    stores: (group: DealerGroupRow, args: PageArguments, ctx) => storePage(ctx, args, group.id),
  },
}
