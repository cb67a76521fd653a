import { decodeId, encodeId } from '@autora/shared/request'
import type { Answer, Client } from '../kit/client.js'
import type { World } from '../kit/world.js'

/** A grant as tokens and statements name it. */
export interface Grant {
  /** `gnt_…` */
  readonly graphId: string
  readonly id: string
  readonly tenantId: string
}

/** Three leads with something of every visible class below them. */
export const LEADS = '{ leads(first: 3) { edges { node { id status customer { id firstName emails } } } } }'

/** What a permit asks for when a test says nothing else. */
export const permit = (world: World, parts: object = {}, store = 'north-one') => ({
  dealerGroupId: encodeId('DealerGroup', world.people.store(store).groupId),
  storeIds: [encodeId('Store', world.people.store(store).id)],
  piiLevel: 'MASKED',
  ticketRef: 'SUP-1',
  reason: 'Leads of the morning do not show up',
  minutes: 60,
  ...parts,
})

/** Sends a mutation of support grants and returns its payload. */
export async function send(
  who: Client,
  name: string,
  type: string,
  input: object,
  fields = 'supportGrant { id status }',
): Promise<Answer & { readonly payload: Answer['data'] }> {
  const answer = await who.send(
    `mutation M($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code } } }`,
    { input },
  )
  return { ...answer, payload: answer.data?.[name] ?? null }
}

/** A grant by its id in an answer. */
export const grantOf = (world: World, graphId: string, store = 'north-one'): Grant => ({
  graphId,
  id: decodeId('SupportGrant', graphId) ?? '',
  tenantId: world.people.store(store).groupId,
})

/** Asks for a grant as support. */
export async function request(world: World, parts: object = {}, store = 'north-one'): Promise<Grant> {
  const asked = await send(
    world.people.support(),
    'supportGrantRequest',
    'SupportGrantRequestInput',
    permit(world, parts, store),
  )
  expect(asked.payload?.userErrors).toEqual([])
  return grantOf(world, asked.payload.supportGrant.id, store)
}

/** Decides about it as the admin of the group. */
export const decide = (world: World, grant: Grant, approve = true, group = 'north') =>
  send(world.people.admin(group), 'supportGrantDecide', 'SupportGrantDecideInput', {
    id: grant.graphId,
    approve,
  })

/** Ends it as the admin of the group. */
export const revoke = (world: World, grant: Grant, group = 'north') =>
  send(world.people.admin(group), 'supportGrantRevoke', 'SupportGrantRevokeInput', { id: grant.graphId })

/** Asks for a grant and has it approved. */
export async function approved(world: World, parts: object = {}): Promise<Grant> {
  const grant = await request(world, parts)
  const decided = await decide(world, grant)
  expect(decided.payload).toMatchObject({ supportGrant: { status: 'APPROVED' }, userErrors: [] })
  return grant
}

/** Edits a grant past every trigger, as only the owner of the machine could. */
export const tamper = (world: World, grant: Grant, change: string) =>
  world.sql(`
    begin;
    alter table identity.support_grant disable trigger user;
    update identity.support_grant set ${change} where id = '${grant.id}';
    alter table identity.support_grant enable trigger user;
    alter table identity.support_grant enable always trigger guard;
    alter table identity.support_grant enable always trigger guard_new;
    alter table identity.support_grant enable always trigger must_be_audited;
    commit`)

/** One event as the dealer reads it. */
export interface SeenEvent {
  readonly action: string
  readonly outcome: string
  readonly actorId: string
  readonly actorPrincipal: string
  readonly grantId: string | null
  readonly targetId: string
  readonly detail: Record<string, unknown>
}

/** The events a client sees, newest first, details read. */
export async function trail(who: Client, filter: object): Promise<readonly SeenEvent[]> {
  const { data, errors } = await who.send(
    `query T($filter: AuditEventFilter) { auditEvents(first: 100, filter: $filter) { edges { node {
       action outcome actorId actorPrincipal grantId targetId detail } } } }`,
    { filter },
  )
  expect(errors).toEqual([])
  return data.auditEvents.edges.map(({ node }: { node: { detail: string } }) => ({
    ...node,
    detail: JSON.parse(node.detail) as unknown,
  }))
}

/** The principal of a token is remembered for a second at most: after that every look-up is a new one. */
export const afterMemory = () => new Promise((resolve) => setTimeout(resolve, 1100))

/** Ends whatever is live: the kill switches of both groups. One test never finds the grant of another. */
export async function endAll(world: World): Promise<void> {
  for (const group of ['north', 'south'])
    await world.people.admin(group).send('mutation { supportGrantRevokeAll { userErrors { code } } }')
}
