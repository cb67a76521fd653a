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
import type { PartnerAppRow } from './entity.js'
import {
  createPartnerApp,
  listPartnerApps,
  partnerAppById,
  reinstatePartnerApp,
  renamePartnerApp,
  suspendPartnerApp,
} from './service.js'

interface CreateInput {
  readonly name: string
  readonly legalEntityId: string
}

interface NamedInput {
  readonly id: string
  readonly name: string
}

const idOf = ({ id }: { readonly id: string }) => decodeId('PartnerApp', id)

const mutations: Resolvers[string] = {
  partnerAppCreate: (_root, { input }: { input: CreateInput }, ctx: RequestContext) =>
    answer(
      createPartnerApp(ctx, { ...input, legalEntityId: decodeId('LegalEntity', input.legalEntityId) }),
      (partnerApp) => ({ partnerApp }),
    ),
  partnerAppUpdate: (_root, { input }: { input: NamedInput }, ctx: RequestContext) =>
    answer(renamePartnerApp(ctx, { ...input, id: idOf(input) }), (partnerApp) => ({ partnerApp })),
  partnerAppSuspend: (_root, { input }: { input: { id: string } }, ctx: RequestContext) =>
    answer(suspendPartnerApp(ctx, idOf(input)), (partnerApp) => ({ partnerApp })),
  partnerAppReinstate: (_root, { input }: { input: { id: string } }, ctx: RequestContext) =>
    answer(reinstatePartnerApp(ctx, idOf(input)), (partnerApp) => ({ partnerApp })),
}

/** GraphQL ⇄ use cases of partner applications. */
export const partnerAppResolvers: Resolvers = {
  Query: {
    async partnerApps(_root, args: PageArguments, ctx: RequestContext) {
      const page = pageRequest(args)
      const rows = await listPartnerApps(ctx, page)
      return connection(rows, page, ({ id, createdAt }) => ({ id, at: createdAt }))
    },
  },
  Mutation: mutations,
  PartnerApp: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      partnerAppById(ctx, decodeId('PartnerApp', id)),
    id: (app: PartnerAppRow) => encodeId('PartnerApp', app.id),
    legalEntity: (app: PartnerAppRow, _args, ctx) => legalEntityById(ctx, app.legalEntityId),
  },
}
