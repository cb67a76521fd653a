import { startSession } from '../kit/sessions.js'
import { type Line, list, reason } from './identity-line.js'
import { type Seat, type Stage, spelled } from './identity-stage.js'

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

/** People, their memberships and their sessions. */
export const peopleLines: readonly Line[] = [
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
    cells: '+ + - + + + - +',
    select: 'ended',
    prepare: async (stage, seat) => ({ userId: spelled('User', stage.self(seat).userId) }),
  },
]
