import { encodeId } from '@autora/shared/request'
import type { Client } from './client.js'
import type { World } from './world.js'

const REQUEST = `mutation Q($input: SupportGrantRequestInput!) { supportGrantRequest(input: $input) { supportGrant { id } } }`
const DECIDE = `mutation D($input: SupportGrantDecideInput!) { supportGrantDecide(input: $input) { supportGrant { status } } }`

/** The uuid in an id. */
export const uuidIn = (id: string): string =>
  id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Platform support under a grant on one store, which the dealer approved. */
export async function supportUnderGrant(
  world: World,
  storeCode: string,
  piiLevel: 'NONE' | 'MASKED' | 'CLEAR',
): Promise<Client> {
  const { id, groupId, groupCode } = world.people.store(storeCode)
  const asked = await world.people.support().send(REQUEST, {
    input: {
      dealerGroupId: encodeId('DealerGroup', groupId),
      storeIds: [encodeId('Store', id)],
      piiLevel,
      ticketRef: 'SUP-9',
      reason: 'Something does not work in the store',
      minutes: 60,
    },
  })
  const grant: string = asked.data.supportGrantRequest.supportGrant.id
  const decided = await world.people.admin(groupCode).send(DECIDE, { input: { id: grant, approve: true } })
  if (decided.data.supportGrantDecide.supportGrant?.status !== 'APPROVED') throw new Error(decided.text)
  return world.people.support({ id: uuidIn(grant), tenantId: groupId })
}
