import { randomUUID } from 'node:crypto'
import { plant } from '../kit/plant.js'
import { type Line, list, oneGroup, oneStore, reason } from './identity-line.js'
import { type Seat, type Stage, spelled } from './identity-stage.js'

/** A dealer group that is suspended and has nothing. @returns its id. */
async function suspendedGroup(stage: Stage): Promise<string> {
  const id = randomUUID()
  await plant(
    stage.world,
    id,
    `insert into identity.dealer_group (tenant_id, code, name, kind, status)
     values ('${id}', 'g-${id.slice(0, 8)}', 'Suspended', 'PORTFOLIO', 'SUSPENDED')`,
  )
  return spelled('DealerGroup', id)
}

/** A suspended store beside the one of a seat. @returns its id. */
async function suspendedStore(stage: Stage, seat: Seat): Promise<string> {
  const id = randomUUID()
  const { tenantId, storeId } = stage.dealer(seat)
  await plant(
    stage.world,
    tenantId,
    `insert into identity.store (tenant_id, id, legal_entity_id, code, name, city, status)
     select tenant_id, '${id}', legal_entity_id, 's-${id.slice(0, 8)}', 'Suspended', 'Bare Town', 'SUSPENDED'
       from identity.store where id = '${storeId}'`,
  )
  return spelled('Store', id)
}

/** The billing account of the group of a seat, which is opened when there is none. @returns its tenant. */
async function billed(stage: Stage, seat: Seat): Promise<string> {
  const { tenantId } = stage.dealer(seat)
  await plant(
    stage.world,
    tenantId,
    `insert into identity.billing_account (tenant_id, plan, seats, price_cents, currency)
     values ('${tenantId}', 'STANDARD', 5, 10000, 'ZAR') on conflict do nothing`,
  )
  return tenantId
}

/** An invoice. @returns its id. */
const invoice = (status: 'DRAFT' | 'ISSUED') => async (stage: Stage, seat: Seat) => {
  const [id, tenantId] = [randomUUID(), await billed(stage, seat)]
  const issue = `update identity.invoice set status = 'ISSUED', issued_at = now() where id = '${id}'`
  await plant(
    stage.world,
    tenantId,
    `insert into identity.invoice (tenant_id, id, period, lines, amount_cents, currency, due_at)
     values ('${tenantId}', '${id}', '2026-11', '[{"text": "Seats", "quantity": 1, "unitPriceCents": 100}]', 100, 'ZAR',
       now() + interval '30 days');
     ${status === 'ISSUED' ? issue : ''}`,
  )
  return { id: spelled('Invoice', id), reason }
}

const idOnly = (prepare: ReturnType<typeof invoice>) => async (stage: Stage, seat: Seat) => ({
  id: (await prepare(stage, seat)).id,
})

const byOwnerAlone = '+ - - - - - - -'
const byTwoOwners = '4 - - - - - - -'

/** Beginning and end of groups and stores, and what they pay. */
export const lifeLines: readonly Line[] = [
  {
    field: 'Mutation.dealerGroupCreate',
    cells: '+ 4 - - - - - -',
    select: 'dealerGroup { id }',
    prepare: async () => ({
      code: `g-${randomUUID().slice(0, 8)}`,
      name: 'Another Group',
      kind: 'PORTFOLIO',
      reason,
    }),
  },
  {
    field: 'Mutation.dealerGroupSuspend',
    cells: byTwoOwners,
    select: '__typename',
    prepare: async (stage, seat) => ({ id: oneGroup(stage, seat), reason }),
  },
  ...['Reinstate', 'Archive'].map((deed) => ({
    field: `Mutation.dealerGroup${deed}`,
    cells: byTwoOwners,
    select: '__typename',
    prepare: async (stage: Stage) => ({ id: await suspendedGroup(stage), reason }),
  })),
  {
    field: 'Mutation.storeSuspend',
    cells: byTwoOwners,
    select: '__typename',
    prepare: async (stage, seat) => ({ id: oneStore(stage, seat), reason }),
  },
  ...['Reinstate', 'Close'].map((deed) => ({
    field: `Mutation.store${deed}`,
    cells: byTwoOwners,
    select: '__typename',
    prepare: async (stage: Stage, seat: Seat) => ({ id: await suspendedStore(stage, seat), reason }),
  })),
  {
    field: 'Query.billingAccount',
    cells: byOwnerAlone,
    select: '{ plan }',
    prepare: async (stage, seat) => ({ dealerGroupId: spelled('DealerGroup', await billed(stage, seat)) }),
  },
  { field: 'Query.invoices', cells: byOwnerAlone, select: list },
  {
    field: 'Mutation.billingAccountUpdate',
    cells: byOwnerAlone,
    select: 'billingAccount { plan }',
    prepare: async (stage, seat) => ({
      dealerGroupId: spelled('DealerGroup', await billed(stage, seat)),
      changes: { seats: 6 },
      version: 1,
    }),
  },
  {
    field: 'Mutation.invoiceCreate',
    cells: byOwnerAlone,
    select: 'invoice { id }',
    prepare: async (stage, seat) => ({
      dealerGroupId: spelled('DealerGroup', await billed(stage, seat)),
      period: '2026-11',
      dueAt: '2027-01-31T00:00:00Z',
      lines: [{ text: 'Seats', quantity: 5, unitPriceCents: 10_000 }],
    }),
  },
  {
    field: 'Mutation.invoiceIssue',
    cells: byOwnerAlone,
    select: 'invoice { id }',
    prepare: idOnly(invoice('DRAFT')),
  },
  {
    field: 'Mutation.invoiceMarkPaid',
    cells: byOwnerAlone,
    select: 'invoice { id }',
    prepare: idOnly(invoice('ISSUED')),
  },
  {
    field: 'Mutation.invoiceVoid',
    cells: byOwnerAlone,
    select: 'invoice { id }',
    prepare: invoice('ISSUED'),
  },
]
