import type { Client } from './client.js'
import type { World } from './world.js'

const UPDATE = `mutation U($input: AccessPolicyUpdateInput!) { accessPolicyUpdate(input: $input) {
  accessPolicy { version latestVersion } approval { id status summary } userErrors { code field } } }`
const PUBLISH = `mutation P($input: GovernanceRulePublishInput!) { governanceRulePublish(input: $input) {
  approval { id } userErrors { code field } } }`
const DECIDE = `mutation D($input: ApprovalDecideInput!) { approvalDecide(input: $input) {
  approval { status } userErrors { code field } } }`

/** A reason that is long enough. */
export const reason = 'The quarterly review asked for this'

/** Waits until no process remembers who somebody was: principals are remembered for a second at most. */
export const forgotten = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1100))

/** Two different people who hold a role for a whole group, or for the platform. */
export function pairOf(
  { network, people }: World,
  role: 'DEALER_ADMIN' | 'PLATFORM_OWNER',
  group?: string,
): readonly [Client, Client] {
  const tenantId = network.groups.find(({ code }) => code === group)?.id
  const [first, second] = network.memberships
    .filter((one) => one.role === role && one.storeId === null && one.endedDaysAgo === null)
    .filter((one) => tenantId === undefined || one.tenantId === tenantId)
  if (!first || !second) throw new Error(`the demo network lacks two of ${role}`)
  return [people.as(first), people.as(second)]
}

/** Sends a change of the policy of a client's group. @returns the payload. */
export const updatePolicy = async (client: Client, input: object) =>
  (await client.send(UPDATE, { input })).data.accessPolicyUpdate

/** Decides a request. @returns the payload. */
export const decide = async (client: Client, id: string, approve = true) =>
  (await client.send(DECIDE, { input: { id, approve } })).data.approvalDecide

/** Loosens the policy of a group the way it is done: one Dealer Admin asks, another approves. */
export async function loosenPolicy(world: World, group: string, input: object): Promise<void> {
  const [asking, approving] = pairOf(world, 'DEALER_ADMIN', group)
  const { approval } = await updatePolicy(asking, { reason, ...input })
  const decided = await decide(approving, approval.id)
  if (decided.userErrors.length > 0) throw new Error(`not approved: ${decided.userErrors[0].code}`)
}

/** Publishes a rule the way it is done: one owner asks, who cannot approve it, another approves. */
export async function publishRule(world: World, rule: object): Promise<void> {
  const [asking, approving] = pairOf(world, 'PLATFORM_OWNER')
  const words = { reason, title: 'A bound', explanation: 'Regulators ask for it' }
  const asked = await asking.send(PUBLISH, { input: { ...words, ...rule } })
  expect(asked.data.governanceRulePublish.userErrors).toEqual([])
  const { id } = asked.data.governanceRulePublish.approval
  expect(await decide(asking, id)).toMatchObject({ userErrors: [{ code: 'SELF_APPROVAL_REFUSED' }] })
  expect(await decide(approving, id)).toEqual({ approval: { status: 'APPROVED' }, userErrors: [] })
}
