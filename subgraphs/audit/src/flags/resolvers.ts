import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments } from '@autora/shared/request'
import type { FlagConditions, FlagRow } from './entity.js'
import { allRules } from './rules.js'
import {
  acknowledgeFlag,
  type DecisionWish,
  type EscalationWish,
  flags,
  incidentFromFlag,
  undecidedFlags,
} from './service.js'

const descriptions = new Map(allRules.map(({ id, description }) => [id, description]))

/** Resolvers of flags. */
export const flagResolvers: Resolvers = {
  Query: {
    flags: (_parent, args: PageArguments & { filter?: FlagConditions | null }, ctx) =>
      flags(ctx, args.filter ?? {}, args),
    flagRules: () => allRules,
  },
  Mutation: {
    flagAcknowledge: (_parent, { input }: { input: DecisionWish }, ctx) =>
      answer(acknowledgeFlag(ctx, input), (flag) => ({ flag })),
    incidentOpenFromFlag: (_parent, { input }: { input: EscalationWish }, ctx) =>
      answer(incidentFromFlag(ctx, input), (incident) => ({ incident })),
  },
  IncidentConnection: {
    undecidedFlags: (_parent, _args, ctx) => undecidedFlags(ctx),
  },
  Flag: {
    id: (row: FlagRow) => encodeId('Flag', row.id),
    ruleVersion: (row: FlagRow) => row.rule_version,
    description: (row: FlagRow) => descriptions.get(row.rule) ?? null,
    dealerGroupId: (row: FlagRow) => encodeId('DealerGroup', row.tenant_id),
    store: (row: FlagRow) => row.store_id && { id: encodeId('Store', row.store_id) },
    firstSequence: (row: FlagRow) => row.first_event,
    lastSequence: (row: FlagRow) => row.last_event,
    firstAt: (row: FlagRow) => row.first_at,
    lastAt: (row: FlagRow) => row.last_at,
    decidedAt: (row: FlagRow) => row.decided_at,
    incidentId: (row: FlagRow) => row.incident_id && encodeId('Incident', row.incident_id),
  },
}
