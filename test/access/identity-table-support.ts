import { encodeId } from '@autora/shared/request'
import { decide, pairOf } from '../kit/governance.js'
import { type Line, list, oneGroup, oneStore, reason } from './identity-line.js'
import { type Seat, type Stage, spelled } from './identity-stage.js'

const permit = (stage: Stage, seat: Seat) => ({
  storeIds: [oneStore(stage, seat)],
  piiLevel: 'MASKED',
  ticketRef: 'SUP-2',
  reason,
  minutes: 60,
})
const permitOf = async (stage: Stage, seat: Seat) => ({
  dealerGroupId: oneGroup(stage, seat),
  ...permit(stage, seat),
})

/** An offer of the Dealer Admin of north: the group that is being set up has nobody yet who could make one. */
async function offer(stage: Stage): Promise<string> {
  const input = permit(stage, 'DEALER_ADMIN')
  const { data } = await stage.clients.DEALER_ADMIN.send(
    `mutation I($input: SupportGrantInviteInput!) { supportGrantInvite(input: $input) { supportGrant { id } } }`,
    { input },
  )
  return data.supportGrantInvite.supportGrant.id
}

/** A live grant of the caller: glass that two owners broke, or the grant of the supporter. */
async function liveGrant(stage: Stage, seat: Seat): Promise<string> {
  if (seat !== 'PLATFORM_OWNER') return encodeId('SupportGrant', stage.grantId)
  const { data } = await stage.clients.PLATFORM_OWNER.send(
    `mutation B($input: BreakGlassStartInput!) { breakGlassStart(input: $input) { approval { id } } }`,
    { input: await permitOf(stage, seat) },
  )
  const [, second] = pairOf(stage.world, 'PLATFORM_OWNER')
  const decided = await decide(second, data.breakGlassStart.approval.id)
  if (decided.userErrors.length > 0) throw new Error(`not approved: ${decided.userErrors[0].code}`)
  const [row] = await stage.world.sql<{ id: string }>(
    `select id from identity.support_grant where kind = 'BREAK_GLASS' order by requested_at desc limit 1`,
  )
  return spelled('SupportGrant', row?.id ?? '')
}

const ofAdmins = '- - - + - - - -'

/** Platform support in dealer groups: asked for, offered, decided, ended, used. */
export const supportLines: readonly Line[] = [
  { field: 'Query.supportGrants', cells: '+ + + + - - - -', select: list },
  // under a grant nobody asks for another: he does it without one
  {
    field: 'Mutation.supportGrantRequest',
    cells: '- + - - - - - -',
    select: 'supportGrant { id }',
    prepare: permitOf,
  },
  {
    field: 'Mutation.supportGrantDecide',
    cells: '+ - - + - - - -',
    select: 'supportGrant { id }',
    prepare: async (stage, seat) => ({
      id: await stage.request(seat, await stage.supporter()),
      approve: true,
    }),
  },
  {
    field: 'Mutation.supportGrantRevoke',
    cells: '+ + + + - - - -',
    select: 'supportGrant { id }',
    prepare: async (stage, seat) => ({ id: await stage.request(seat, stage.clients.PLATFORM_SUPPORT) }),
  },
  {
    field: 'Mutation.supportGrantRevokeAll',
    cells: ofAdmins,
    select: 'supportGrants { id }',
    prepare: async (stage) => {
      await offer(stage)
      return {}
    },
  },
  {
    field: 'Mutation.supportGrantInvite',
    cells: ofAdmins,
    select: 'supportGrant { id }',
    prepare: async (stage, seat) => permit(stage, seat),
  },
  // under a grant he acts inside the walls of one group, and the offer of another lies outside them
  {
    field: 'Mutation.supportGrantTakeUp',
    cells: '- + - - - - - -',
    select: 'supportGrant { id }',
    prepare: async (stage) => ({ id: await offer(stage) }),
  },
  // a session never starts from a session
  {
    field: 'Mutation.supportSessionStart',
    cells: '+ + - - - - - -',
    select: 'expiresAt',
    prepare: async (stage, seat) => ({ grantId: await liveGrant(stage, seat) }),
  },
  {
    field: 'Mutation.breakGlassStart',
    cells: '4 - - - - - - -',
    select: 'supportGrant { id }',
    prepare: permitOf,
  },
]
