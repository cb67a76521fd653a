import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId } from '@autora/shared/request'
import type { Vault } from '@autora/shared/vault'
import type { IntakeRow } from './entity.js'
import * as service from './service.js'

/** Resolvers of taken-in documents. @param vault - opens what was sent. */
export const intakeResolvers = (vault: Vault): Resolvers => ({
  Query: {
    intakePayloads: (_, args: service.IntakeListArguments, ctx) => service.listPayloads(ctx, args),
  },
  Mutation: {
    intakeReplay: (_, { input }: { input: { id: string } }, ctx) =>
      answer(service.replayDocument(ctx, vault, input.id), (intakePayload) => ({ intakePayload })),
  },
  IntakePayload: {
    id: (row: IntakeRow) => encodeId('IntakePayload', row.id),
    store: (row: IntakeRow) => ({ id: encodeId('Store', row.storeId) }),
    leads: (row: IntakeRow, _, ctx) => service.leadsOf(ctx, row),
    receivedAt: (row: IntakeRow) => row.at,
  },
})
