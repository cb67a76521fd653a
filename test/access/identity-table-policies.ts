import { type Line, list, oneGroup, reason, valueIn } from './identity-line.js'
import { type Seat, type Stage, spelled } from './identity-stage.js'

/** A request that the seat did not make, where it would be the one to decide. */
const foreignRequest = async (stage: Stage, seat: Seat) => {
  const { tenantId } = stage.home(seat)
  const other = await stage.person(seat)
  return { id: spelled('Approval', await stage.approval(tenantId, other.userId)), approve: false }
}

const ownRequest = async (stage: Stage, seat: Seat) => ({
  id: spelled('Approval', await stage.approval(stage.home(seat).tenantId, stage.self(seat).userId)),
})

const byTwoOwners = '4 - - - - - - -'

/** Policies of groups, rules of the platform, and what waits for a second person. */
export const policyLines: readonly Line[] = [
  // an owner has no group of his own: he reads the policy at each group
  { field: 'Query.accessPolicy', cells: 'o - + + - + - -', select: '{ version }' },
  // Marketing knows its own policy; who decided what and what else could hold is a matter of governance
  {
    field: 'Query.accessPolicyHistory',
    cells: '+ - + + - - - -',
    select: '{ edges { node { version } } }',
    prepare: async (stage, seat) => ({ dealerGroupId: oneGroup(stage, seat) }),
  },
  {
    field: 'Query.policyPreview',
    cells: '+ - + + - - - -',
    select: '{ role }',
    prepare: async () => ({ input: { export: 'OFF' }, role: 'DEALER_ADMIN' }),
  },
  // a change that only tightens is done by one; what loosens is the business of test/journeys/policies.test.ts
  {
    field: 'Mutation.accessPolicyUpdate',
    cells: '- - - + - - - -',
    select: 'accessPolicy { version }',
    prepare: async (stage, seat) => ({
      export: 'OFF',
      version: await valueIn<number>(
        stage,
        'select coalesce(max(version), 0) as value from identity.access_policy_version where tenant_id = $1',
        [stage.dealer(seat).tenantId],
      ),
    }),
  },
  { field: 'Query.governanceRules', cells: '+ + + + - + - -', select: '{ knob }' },
  {
    field: 'Mutation.governanceRulePublish',
    cells: byTwoOwners,
    select: '__typename',
    prepare: async () => ({
      knob: 'REVEAL',
      loosest: 'ADMIN',
      title: 'A bound',
      explanation: 'Regulators ask for it',
      reason,
      version: 0,
    }),
  },
  {
    field: 'Mutation.governanceRuleRetire',
    cells: byTwoOwners,
    select: '__typename',
    prepare: async () => ({ knob: 'EXPORT', reason, version: 1 }),
  },
  { field: 'Query.approvals', cells: '+ + + + - - - -', select: list },
  {
    field: 'Query.approval',
    cells: '+ + + + - - - -',
    select: '{ id }',
    prepare: async (stage, seat) => (seat.endsWith('SUPPORT') ? ownRequest : foreignRequest)(stage, seat),
  },
  {
    field: 'Mutation.approvalDecide',
    cells: '+ - - + - - - -',
    select: 'userErrors { code }',
    prepare: foreignRequest,
  },
  {
    field: 'Mutation.approvalWithdraw',
    cells: '+ + + + - - - -',
    select: 'userErrors { code }',
    prepare: ownRequest,
  },
]
