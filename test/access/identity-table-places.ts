import { randomUUID } from 'node:crypto'
import { type Line, list, oneGroup, oneStore, valueIn } from './identity-line.js'
import { type Seat, type Stage, spelled } from './identity-stage.js'

const everybody = '+ + + + + + + +'

/** The legal entity of the store that a seat can reach. */
const entity = async (stage: Stage, seat: Seat) =>
  spelled(
    'LegalEntity',
    await valueIn<string>(stage, 'select legal_entity_id as value from identity.store where id = $1', [
      stage.dealer(seat).storeId,
    ]),
  )

/** Support founds what is being set up; a group with a Dealer Admin of its own is not its any more. */
const founded = (seat: Seat): Seat => (seat === 'PLATFORM_SUPPORT' ? 'GRANTED_SUPPORT' : seat)

/** What exists: the viewer, the rules, groups, legal entities and stores. */
export const placeLines: readonly Line[] = [
  { field: 'Query.me', cells: everybody, select: '{ principal memberships { id } }' },
  { field: 'Query.accessMatrix', cells: everybody, select: '{ __typename }' },
  { field: 'Query.dealerGroups', cells: '+ + + + + + - -', select: list },
  {
    field: 'Query.dealerGroup',
    cells: '+ + + + + + - -',
    select: '{ name }',
    prepare: async (stage, seat) => ({ id: oneGroup(stage, seat) }),
  },
  {
    field: 'Query.onboarding',
    cells: '+ + + + - - - -',
    select: '{ __typename }',
    prepare: async (stage, seat) => ({ dealerGroupId: oneGroup(stage, seat) }),
  },
  { field: 'Query.stores', cells: everybody, select: list },
  {
    field: 'Query.store',
    cells: everybody,
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
    field: 'Mutation.storeCreate',
    cells: '+ + - - - - - -',
    select: 'store { id }',
    prepare: async (stage, seat) => ({
      dealerGroupId: oneGroup(stage, founded(seat)),
      legalEntityId: await entity(stage, founded(seat)),
      code: `s-${randomUUID().slice(0, 8)}`,
      name: 'Another Store',
      city: 'Another Town',
      country: 'ZA',
      timezone: 'Africa/Johannesburg',
      brands: [],
    }),
  },
  {
    field: 'Query.legalEntity',
    cells: '+ + + + + + - -',
    select: '{ name }',
    prepare: async (stage, seat) => ({ id: await entity(stage, seat) }),
  },
  // what a grant lets a supporter do does not reach legal entities: he founds them without one
  {
    field: 'Mutation.legalEntityCreate',
    cells: '- + - + - - - -',
    select: 'legalEntity { id }',
    prepare: async (stage, seat) => ({
      dealerGroupId: oneGroup(stage, founded(seat)),
      name: 'Another Ltd',
      country: 'ZA',
    }),
  },
  {
    field: 'Mutation.legalEntityUpdate',
    cells: '- + - + - - - -',
    select: 'legalEntity { id }',
    prepare: async (stage, seat) => ({
      id: await entity(stage, founded(seat)),
      changes: { registrationNumber: `2026/${randomUUID().slice(0, 6)}` },
      version: await valueIn<number>(
        stage,
        `select e.version as value from identity.legal_entity e
           join identity.store s on s.tenant_id = e.tenant_id and s.legal_entity_id = e.id where s.id = $1`,
        [stage.dealer(founded(seat)).storeId],
      ),
    }),
  },
]
