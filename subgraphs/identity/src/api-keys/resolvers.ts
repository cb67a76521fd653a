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
import { approvalById } from '../approvals/index.js'
import { present } from '../load.js'
import { partnerAppById } from '../partner-apps/index.js'
import { storeById } from '../stores/index.js'
import { userById } from '../users/index.js'
import { claimApiKey, createApiKey } from './creation-service.js'
import type { ApiKeyRow } from './entity.js'
import { rotateApiKey } from './rotation-service.js'
import { apiKeyById, apiKeyStatus, fingerprintOf, listApiKeys, revokeApiKey } from './service.js'
import type { CreateApiKeyInput } from './wish.js'

/** `apiKeyCreate(input:)` as GraphQL hands it over. */
interface CreateInput extends Omit<CreateApiKeyInput, 'appId' | 'storeIds'> {
  readonly appId: string
  readonly storeIds: readonly string[]
}

interface RotateInput {
  readonly id: string
  readonly overlapHours?: number | null
}

const decoded = (input: CreateInput): CreateApiKeyInput => ({
  ...input,
  appId: decodeId('PartnerApp', input.appId),
  storeIds: input.storeIds.map((id) => decodeId('Store', id)),
})

const mutations = (pepper: Buffer): Resolvers[string] => ({
  apiKeyCreate: (_root, { input }: { input: CreateInput }, ctx: RequestContext) =>
    answer(createApiKey(ctx, pepper, decoded(input)), (created) => created),
  apiKeyClaim: (_root, { input }: { input: { id: string } }, ctx: RequestContext) =>
    answer(claimApiKey(ctx, pepper, decodeId('ApiKey', input.id)), (claimed) => claimed),
  apiKeyRotate: (_root, { input }: { input: RotateInput }, ctx: RequestContext) =>
    answer(rotateApiKey(ctx, pepper, { ...input, id: decodeId('ApiKey', input.id) }), (rotated) => rotated),
  apiKeyRevoke: (_root, { input }: { input: { id: string } }, ctx: RequestContext) =>
    answer(revokeApiKey(ctx, decodeId('ApiKey', input.id)), (apiKey) => ({ apiKey })),
})

/** GraphQL ⇄ use cases of API keys. @param pepper - under which keys are stored. */
export const apiKeyResolvers = (pepper: Buffer): Resolvers => ({
  Query: {
    async apiKeys(_root, args: PageArguments, ctx: RequestContext) {
      const page = pageRequest(args)
      const rows = await listApiKeys(ctx, page)
      return connection(rows, page, ({ id, createdAt }) => ({ id, at: createdAt }))
    },
  },
  Mutation: mutations(pepper),
  ApiKey: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      apiKeyById(ctx, decodeId('ApiKey', id)),
    id: (key: ApiKeyRow) => encodeId('ApiKey', key.id),
    prefix: (key: ApiKeyRow) => apiKeyPrefix(key.id),
    fingerprint: (key: ApiKeyRow) => fingerprintOf(key),
    status: (key: ApiKeyRow, _args, ctx) => apiKeyStatus(key, ctx.clock.now()),
    rate: ({ ratePerSecond, ratePerDay }: ApiKeyRow) => ({ perSecond: ratePerSecond, perDay: ratePerDay }),
    isSenderConstrained: (key: ApiKeyRow) => key.proofThumbprint !== null,
    app: (key: ApiKeyRow, _args, ctx) => partnerAppById(ctx, key.appId),
    stores: (key: ApiKeyRow, _args, ctx) => present(key.storeIds.map((id) => storeById(ctx, id))),
    createdBy: (key: ApiKeyRow, _args, ctx) => userById(ctx, key.createdBy),
    approval: (key: ApiKeyRow, _args, ctx) => approvalById(ctx, key.approvalId),
    rotatedFrom: (key: ApiKeyRow, _args, ctx) => apiKeyById(ctx, key.rotatedFrom),
  },
})
