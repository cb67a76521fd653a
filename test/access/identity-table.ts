import { startSession } from '../kit/sessions.js'
import { type Seat, type Stage, spelled } from './identity-stage.js'

/**
 * One operation of the rights table (docs/access.md): a root field of the identity subgraph and what becomes of it.
 * A capability that adds a root field adds a line; a test fails for every field that is in no line.
 */
export interface Line {
  /** `Query.users` or `Mutation.userInvite`. */
  readonly field: string
  /**
   * One sign for each seat, in the order of `seats`: Owner, Support, Support under a grant, Admin, Sales, Marketing,
   * Partner, Analyst. `+` is done, `4` opens an approval and does nothing else, `-` is refused.
   */
  readonly cells: string
  /** What is asked of the answer; a mutation's `userErrors` and `approval` come by themselves. */
  readonly select: string
  /** Arguments as a literal of variables: valid ones for this seat, prepared anew for each cell. */
  readonly prepare?: (stage: Stage, seat: Seat) => Promise<Readonly<Record<string, unknown>>>
}

const list = '(first: 3) { edges { node { id } } }'
const reason = 'A test wants it done'

const person =
  (status = 'INVITED') =>
  async (stage: Stage, seat: Seat) => ({
    id: spelled('User', (await stage.invited(seat, status)).userId),
    reason,
  })

/** Himself for who may only repair his own sign-in; a colleague for everybody else. */
const repaired = (status: string) => async (stage: Stage, seat: Seat) => {
  const isSelf = seat === 'DEALER_SALES' || seat === 'DEALER_MARKETING' || seat === 'ANALYST'
  const { userId } = isSelf ? stage.self(seat) : await stage.colleague(seat, status)
  return { id: spelled('User', userId) }
}

const ownSession = async (stage: Stage, seat: Seat) => ({
  id: (await startSession(stage.world, stage.self(seat))).id,
})

const place = (stage: Stage, seat: Seat): Readonly<Record<string, unknown>> => {
  if (seat === 'PLATFORM_OWNER' || seat === 'PLATFORM_SUPPORT') return { role: 'PLATFORM_OWNER' }
  if (seat === 'GRANTED_SUPPORT') return { role: 'DEALER_ADMIN', everyStore: true }
  return { role: 'DEALER_MARKETING', storeId: spelled('Store', stage.dealer(seat).storeId) }
}

const oneStore = (stage: Stage, seat: Seat) => spelled('Store', stage.dealer(seat).storeId)
const entity = async (stage: Stage, seat: Seat) => {
  const [row] = await stage.world.sql<{ id: string }>(
    'select legal_entity_id as id from identity.store where id = $1',
    [stage.dealer(seat).storeId],
  )
  return spelled('LegalEntity', row?.id ?? '')
}

/** A request that the seat did not make, where it would be the one to decide. */
const foreignRequest = async (stage: Stage, seat: Seat) => {
  const { tenantId } = stage.home(seat)
  const other = await stage.person(seat)
  return { id: spelled('Approval', await stage.approval(tenantId, other.userId)), approve: false }
}

/** The rights table of identity. */
export const identityTable: readonly Line[] = [
  { field: 'Query.me', cells: '+ + + + + + + +', select: '{ principal memberships { id } }' },
  { field: 'Query.securityControls', cells: '+ + + + + + + +', select: '{ code }' },
  { field: 'Query.accessMatrix', cells: '+ + + + + + + +', select: '{ __typename }' },
  { field: 'Query.dealerGroups', cells: '+ + + + + + - -', select: list },
  {
    field: 'Query.dealerGroup',
    cells: '+ + + + + + - -',
    select: '{ name }',
    prepare: async (stage, seat) => ({ id: spelled('DealerGroup', stage.dealer(seat).tenantId) }),
  },
  { field: 'Query.stores', cells: '+ + + + + + + +', select: list },
  {
    field: 'Query.store',
    cells: '+ + + + + + + +',
    select: '{ name }',
    prepare: async (stage, seat) => ({ id: oneStore(stage, seat) }),
  },
  {
    field: 'Mutation.storeConfigure',
    cells: '- - + + - - - -',
    select: 'store { id }',
    prepare: async (stage, seat) => ({ id: oneStore(stage, seat), changes: { slaMinutes: 17 } }),
  },
  {
    field: 'Query.legalEntity',
    cells: '+ + + + + + - -',
    select: '{ name }',
    prepare: async (stage, seat) => ({ id: await entity(stage, seat) }),
  },
  { field: 'Query.users', cells: '+ - + + + - - -', select: list },
  {
    field: 'Query.user',
    cells: '+ - + + + - - -',
    select: '{ displayName }',
    prepare: async (stage, seat) => ({ id: spelled('User', (await stage.colleague(seat)).userId) }),
  },
  {
    field: 'Mutation.userInvite',
    cells: '4 - + + - - - -',
    select: 'user { id }',
    prepare: async (stage, seat) => ({
      email: `invited-${seat.toLowerCase().replaceAll('_', '-')}@example.test`,
      displayName: 'Invited Person',
      ...place(stage, seat),
      reason,
    }),
  },
  ...['Resend', 'Revoke'].map((deed) => ({
    field: `Mutation.invitation${deed}`,
    cells: '+ - + + - - - -',
    select: 'user { id }',
    prepare: async (stage: Stage, seat: Seat) => ({
      userId: spelled('User', (await stage.invited(seat)).userId),
    }),
  })),
  {
    field: 'Mutation.userUpdate',
    cells: '4 - + + - - - -',
    select: 'user { id }',
    prepare: async (stage, seat) => ({
      ...(await person()(stage, seat)),
      changes: { displayName: 'Another Name' },
    }),
  },
  {
    field: 'Mutation.userDeactivate',
    cells: '4 - + + - - - -',
    select: 'user { id }',
    prepare: person(),
  },
  {
    field: 'Mutation.userReactivate',
    cells: '4 - + + - - - -',
    select: 'user { id }',
    prepare: person('DEACTIVATED'),
  },
  {
    field: 'Mutation.userUnlock',
    cells: '+ - + + + + - +',
    select: 'userErrors { code }',
    prepare: repaired('LOCKED'),
  },
  {
    field: 'Mutation.userResetSecondFactor',
    cells: '+ - + + + + - +',
    select: 'userErrors { code }',
    prepare: repaired('ACTIVE'),
  },
  {
    field: 'Mutation.membershipGrant',
    cells: '4 - + + - - - -',
    select: 'membership { id }',
    prepare: async (stage, seat) => {
      const isSetUp = seat === 'GRANTED_SUPPORT'
      const { userId } = isSetUp ? await stage.colleague(seat, 'INVITED') : await stage.person(seat)
      return { userId: spelled('User', userId), ...place(stage, seat), reason }
    },
  },
  {
    field: 'Mutation.membershipChange',
    cells: '4 - + + - - - -',
    select: 'membership { id }',
    prepare: async (stage, seat) => ({
      id: spelled('Membership', (await stage.person(seat)).id),
      changes: { validTo: '2028-01-01T00:00:00Z' },
      reason,
    }),
  },
  {
    field: 'Mutation.membershipEnd',
    cells: '4 - + + - - - -',
    select: 'membership { id }',
    prepare: async (stage, seat) => ({ id: spelled('Membership', (await stage.person(seat)).id), reason }),
  },
  { field: 'Query.sessions', cells: '+ + + + + + - +', select: list },
  // under a grant the supporter acts inside the dealer's walls, and his own sign-in lies outside them
  { field: 'Mutation.sessionEnd', cells: '+ + - + + + - +', select: 'session { id }', prepare: ownSession },
  {
    field: 'Mutation.sessionEndAll',
    cells: '+ + + + + + - +',
    select: 'ended',
    prepare: async (stage, seat) => ({ userId: spelled('User', stage.self(seat).userId) }),
  },
  { field: 'Query.supportGrants', cells: '+ + + + - - - -', select: list },
  {
    field: 'Mutation.supportGrantRequest',
    cells: '- + - - - - - -',
    select: 'supportGrant { id }',
    prepare: async (stage, seat) => ({
      dealerGroupId: spelled('DealerGroup', stage.dealer(seat).tenantId),
      storeIds: [oneStore(stage, seat)],
      piiLevel: 'MASKED',
      ticketRef: 'SUP-2',
      reason,
      minutes: 60,
    }),
  },
  {
    field: 'Mutation.supportGrantDecide',
    cells: '+ - - + - - - -',
    select: 'supportGrant { id }',
    prepare: async (stage, seat) => {
      const { userId } = stage.self('PLATFORM_SUPPORT')
      return {
        id: spelled('SupportGrant', await stage.grant(userId, 'REQUESTED', undefined, seat)),
        approve: true,
      }
    },
  },
  {
    field: 'Mutation.supportGrantRevoke',
    cells: '+ + + + - - - -',
    select: 'supportGrant { id }',
    prepare: async (stage, seat) => {
      const { userId } = stage.self('PLATFORM_SUPPORT')
      return { id: spelled('SupportGrant', await stage.grant(userId, 'REQUESTED', undefined, seat)) }
    },
  },
  { field: 'Query.partnerApps', cells: '+ - + + - - + -', select: list },
  { field: 'Query.apiKeys', cells: '+ - + + - - + -', select: list },
  {
    field: 'Mutation.apiKeyCreate',
    cells: '- - - + - - - -',
    select: 'apiKey { id }',
    prepare: async (stage, seat) => ({
      appId: spelled('PartnerApp', await stage.app(seat)),
      label: 'Leads of a website',
      scopes: ['leads:create'],
      storeIds: [oneStore(stage, seat)],
    }),
  },
  {
    field: 'Mutation.apiKeyRevoke',
    cells: '+ - + + - - + -',
    select: 'apiKey { id }',
    prepare: async (stage, seat) => ({ id: spelled('ApiKey', await stage.key(seat)) }),
  },
  { field: 'Query.accessPolicy', cells: '+ - + + - + - -', select: '{ version }' },
  {
    field: 'Mutation.accessPolicyUpdate',
    cells: '- - - + - - - -',
    select: 'accessPolicy { version }',
    prepare: async (stage) => {
      const [row] = await stage.world.sql<{ version: number; masked: boolean }>(
        'select version, marketing_contact_masked as masked from identity.access_policy where tenant_id = $1',
        [stage.dealer('DEALER_ADMIN').tenantId],
      )
      return { marketingContactMasked: row?.masked ?? false, version: row?.version ?? 0 }
    },
  },
  { field: 'Query.approvals', cells: '+ + + + - - - -', select: list },
  {
    field: 'Query.approval',
    cells: '+ + + + - - - -',
    select: '{ id }',
    prepare: async (stage, seat) => ({ id: (await foreignRequest(stage, seat)).id }),
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
    prepare: async (stage, seat) => ({
      id: spelled('Approval', await stage.approval(stage.home(seat).tenantId, stage.self(seat).userId)),
    }),
  },
]
