import { encodeId } from '@autora/shared/request'
import type { Client } from './client.js'
import type { World } from './world.js'

const REQUEST = `mutation Q($input: SupportGrantRequestInput!) { supportGrantRequest(input: $input) { supportGrant { id } } }`
const DECIDE = `mutation D($input: SupportGrantDecideInput!) { supportGrantDecide(input: $input) { supportGrant { status } } }`

/** The uuid in an id. */
export const uuidIn = (id: string): string =>
  id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const REVOKE_ALL = 'mutation { supportGrantRevokeAll { userErrors { code } } }'

/** Platform support under a grant on one store, which the dealer approved; every other grant of the group is over. */
export async function supportUnderGrant(
  world: World,
  storeCode: string,
  piiLevel: 'NONE' | 'MASKED' | 'CLEAR',
  capabilities: readonly string[] = ['READ', 'CONFIGURE'],
): Promise<Client> {
  const { id, groupId, groupCode } = world.people.store(storeCode)
  const admin = world.people.admin(groupCode)
  const ended = await admin.send(REVOKE_ALL)
  if (ended.errors.length > 0) throw new Error(ended.text)
  const asked = await world.people.support().send(REQUEST, {
    input: {
      dealerGroupId: encodeId('DealerGroup', groupId),
      storeIds: [encodeId('Store', id)],
      piiLevel,
      capabilities,
      ticketRef: 'SUP-9',
      reason: 'Something does not work in the store',
      minutes: 60,
    },
  })
  const grant: string = asked.data.supportGrantRequest.supportGrant.id
  const decided = await admin.send(DECIDE, { input: { id: grant, approve: true } })
  if (decided.data.supportGrantDecide.supportGrant?.status !== 'APPROVED') throw new Error(decided.text)
  return world.people.support({ id: uuidIn(grant), tenantId: groupId })
}
