import { policyKnobs, policyMeaning, readPolicyValue } from '@autora/shared/access'
import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId } from '@autora/shared/request'
import { approvalById } from '../approvals/index.js'
import type { GovernanceRuleRow } from './entity.js'
import { listRules, publishRule, type RetireWish, type RuleWish, retireRule } from './service.js'

/** One sentence of what the bound means; the strictest reading when the value is no longer known. */
function meaning({ knob, loosest }: GovernanceRuleRow): string {
  const value = loosest === null ? null : readPolicyValue(knob, loosest)
  return value === null
    ? `${policyKnobs[knob].title}: every value is allowed.`
    : `At most: ${policyMeaning(knob, value)}`
}

/** GraphQL ⇄ use cases of governance rules. */
export const governanceRuleResolvers: Resolvers = {
  Query: {
    governanceRules: (_root, { all }: { all?: boolean | null }, ctx) => listRules(ctx, all ?? false),
  },
  Mutation: {
    governanceRulePublish: (_root, { input }: { input: RuleWish }, ctx) =>
      answer(publishRule(ctx, input), (approval) => ({ approval })),
    governanceRuleRetire: (_root, { input }: { input: RetireWish }, ctx) =>
      answer(retireRule(ctx, input), (approval) => ({ approval })),
  },
  PolicyKnob: {
    MARKETING_CONTACT: 'marketingContact',
    SALES_LEAD_VISIBILITY: 'salesLeadVisibility',
    REVEAL: 'reveal',
    EXPORT: 'export',
    LEAD_RETENTION_MONTHS: 'leadRetentionMonths',
  },
  GovernanceRule: {
    id: (rule: GovernanceRuleRow) => encodeId('GovernanceRule', rule.id),
    meaning,
    isRetired: (rule: GovernanceRuleRow) => rule.loosest === null,
    isInForce: (rule: GovernanceRuleRow, _args, ctx) => rule.effectiveFrom <= ctx.clock.now(),
    approval: (rule: GovernanceRuleRow, _args, ctx) => approvalById(ctx, rule.approvalId),
  },
}
