import { answer, type Resolvers } from '@autora/shared/graphql'
import { decodeId, encodeId, type RequestContext } from '@autora/shared/request'
import { type DealerGroupRow, dealerGroupById } from '../dealer-groups/index.js'
import {
  type CreateLegalEntityInput,
  changeLegalEntity,
  createLegalEntity,
  type UpdateLegalEntityInput,
} from './change-service.js'
import type { LegalEntityRow } from './entity.js'
import { legalEntitiesOf, legalEntityById } from './service.js'

/** GraphQL ⇄ use cases of legal entities. */
export const legalEntityResolvers: Resolvers = {
  Query: {
    legalEntity: (_root, { id }: { id: string }, ctx) => legalEntityById(ctx, decodeId('LegalEntity', id)),
  },
  Mutation: {
    legalEntityCreate: (
      _root,
      { input }: { input: CreateLegalEntityInput & { dealerGroupId: string } },
      ctx,
    ) =>
      answer(
        createLegalEntity(ctx, { ...input, dealerGroupId: decodeId('DealerGroup', input.dealerGroupId) }),
        (legalEntity) => ({ legalEntity }),
      ),
    legalEntityUpdate: (_root, { input }: { input: UpdateLegalEntityInput & { id: string } }, ctx) =>
      answer(changeLegalEntity(ctx, { ...input, id: decodeId('LegalEntity', input.id) }), (legalEntity) => ({
        legalEntity,
      })),
  },
  LegalEntity: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      legalEntityById(ctx, decodeId('LegalEntity', id)),
    id: (entity: LegalEntityRow) => encodeId('LegalEntity', entity.id),
    dealerGroup: (entity: LegalEntityRow, _args, ctx) => dealerGroupById(ctx, entity.tenantId),
  },
  DealerGroup: {
    legalEntities: (group: DealerGroupRow, _args, ctx) => legalEntitiesOf(ctx, group.id),
  },
}
