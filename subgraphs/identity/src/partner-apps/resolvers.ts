import { apiKeyPrefix } from '@autora/shared/api-key'
import { answer, type Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { legalEntityById } from '../legal-entities/index.js'
import { present } from '../load.js'
import { storeById } from '../stores/index.js'
import type { ApiKeyRow, PartnerAppRow } from './entity.js'
import {
  apiKeyById,
  apiKeyStatus,
  createApiKey,
  listApiKeys,
  listPartnerApps,
  partnerAppById,
  revokeApiKey,
} from './service.js'

/** `apiKeyCreate(input:)` as GraphQL hands it over. */
interface CreateInput {
  readonly appId: string
  readonly label: string
  readonly scopes: readonly string[]
  readonly storeIds: readonly string[]
  readonly expiresInDays?: number | null
}

const cursorOf = (row: { readonly id: string; readonly createdAt: string }) => ({
  id: row.id,
  at: row.createdAt,
})

const decoded = (input: CreateInput) => ({
  ...input,
  appId: decodeId('PartnerApp', input.appId),
  storeIds: input.storeIds.map((id) => decodeId('Store', id)),
})

const queries: Resolvers[string] = {
  async partnerApps(_root, args: PageArguments, ctx: RequestContext) {
    const page = pageRequest(args)
    return connection(await listPartnerApps(ctx, page), page, cursorOf)
  },
  async apiKeys(_root, args: PageArguments, ctx: RequestContext) {
    const page = pageRequest(args)
    return connection(await listApiKeys(ctx, page), page, cursorOf)
  },
}

/** GraphQL ⇄ use cases of partner applications and their keys. @param pepper - under which keys are stored. */
export const partnerAppResolvers = (pepper: Buffer): Resolvers => ({
  Query: queries,
  Mutation: {
    apiKeyCreate: (_root, { input }: { input: CreateInput }, ctx) =>
      answer(createApiKey(ctx, pepper, decoded(input)), (created) => created),
    apiKeyRevoke: (_root, { input }: { input: { id: string } }, ctx) =>
      answer(revokeApiKey(ctx, decodeId('ApiKey', input.id)), (apiKey) => ({ apiKey })),
  },
  PartnerApp: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      partnerAppById(ctx, decodeId('PartnerApp', id)),
    id: (app: PartnerAppRow) => encodeId('PartnerApp', app.id),
    legalEntity: (app: PartnerAppRow, _args, ctx) => legalEntityById(ctx, app.legalEntityId),
  },
  ApiKey: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      apiKeyById(ctx, decodeId('ApiKey', id)),
    id: (key: ApiKeyRow) => encodeId('ApiKey', key.id),
    prefix: (key: ApiKeyRow) => apiKeyPrefix(key.id),
    status: (key: ApiKeyRow, _args, ctx) => apiKeyStatus(key, ctx.clock.now()),
    app: (key: ApiKeyRow, _args, ctx) => partnerAppById(ctx, key.appId),
    stores: (key: ApiKeyRow, _args, ctx) => present(key.storeIds.map((id) => storeById(ctx, id))),
  },
})
