import { answer, type Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { dealerGroupById } from '../dealer-groups/index.js'
import { userById } from '../users/index.js'
import type { ProviderRules } from './addresses.js'
import type { ExternalIdentityRow, IdentityProviderRow, TokenAlgorithm, TokenType } from './entity.js'
import { linkIdentity, listIdentities, unlinkIdentity } from './link-service.js'
import {
  listProviders,
  providerById,
  removeProvider,
  type SaveProviderInput,
  saveProvider,
} from './service.js'

/** `identityProviderSave(input:)` as GraphQL hands it over. */
interface SaveInput {
  readonly id?: string | null
  readonly name: string
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  readonly algorithms: readonly string[]
  readonly subjectClaim?: string | null
  readonly tokenType?: TokenType | null
  readonly isActive?: boolean | null
}

interface LinkInput {
  readonly providerId: string
  readonly subject: string
  readonly userId: string
}

/** GraphQL knows capitals only. */
const joseName = (name: string) => (name === 'EDDSA' ? 'EdDSA' : name) as TokenAlgorithm

const decoded = ({ id, ...input }: SaveInput): SaveProviderInput => ({
  ...input,
  id: id ? decodeId('IdentityProvider', id) : null,
  isNew: id === null || id === undefined,
  algorithms: input.algorithms.map(joseName),
  subjectClaim: input.subjectClaim ?? 'sub',
  tokenType: input.tokenType ?? 'AT_JWT',
  isActive: input.isActive ?? true,
})

const queries: Resolvers[string] = {
  async identityProviders(_root, args: PageArguments, ctx: RequestContext) {
    const page = pageRequest(args)
    return connection(await listProviders(ctx, page), page, ({ id, createdAt: at }) => ({ id, at }))
  },
  async externalIdentities(_root, args: PageArguments, ctx: RequestContext) {
    const page = pageRequest(args)
    return connection(await listIdentities(ctx, page), page, ({ id, linkedAt: at }) => ({ id, at }))
  },
}

const provider = (identityProvider: IdentityProviderRow) => ({ identityProvider })
const identity = (externalIdentity: ExternalIdentityRow) => ({ externalIdentity })

/** GraphQL ⇄ use cases of the groups' own providers. @param rules - what this installation allows. */
export const identityProviderResolvers = (rules: ProviderRules): Resolvers => ({
  Query: queries,
  Mutation: {
    identityProviderSave: (_root, { input }: { input: SaveInput }, ctx) =>
      answer(saveProvider(ctx, decoded(input), rules), provider),
    identityProviderRemove: (_root, { input }: { input: { id: string } }, ctx) =>
      answer(removeProvider(ctx, decodeId('IdentityProvider', input.id)), provider),
    externalIdentityLink: (_root, { input: { providerId, subject, userId } }: { input: LinkInput }, ctx) => {
      const ids = { providerId: decodeId('IdentityProvider', providerId), userId: decodeId('User', userId) }
      return answer(linkIdentity(ctx, { ...ids, subject }), identity)
    },
    externalIdentityUnlink: (_root, { input }: { input: { id: string } }, ctx) =>
      answer(unlinkIdentity(ctx, decodeId('ExternalIdentity', input.id)), identity),
  },
  IdentityProvider: {
    id: (row: IdentityProviderRow) => encodeId('IdentityProvider', row.id),
    algorithms: ({ algorithms }: IdentityProviderRow) => algorithms.map((name) => name.toUpperCase()),
    dealerGroup: (row: IdentityProviderRow, _args, ctx) => dealerGroupById(ctx, row.tenantId),
  },
  ExternalIdentity: {
    id: (row: ExternalIdentityRow) => encodeId('ExternalIdentity', row.id),
    provider: (row: ExternalIdentityRow, _args, ctx) => providerById(ctx, row.providerId),
    user: (row: ExternalIdentityRow, _args, ctx) => userById(ctx, row.userId),
  },
})
