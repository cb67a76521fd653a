import { randomUUID } from 'node:crypto'
import { encodeId } from '@autora/shared/request'
import { Client } from './client.js'
import { type PlantedPerson, plant } from './plant.js'
import { goodClaims, signToken } from './tokens.js'
import type { World } from './world.js'

/** A session as the issuer writes it when somebody signs in, and a client whose tokens name it. */
export interface TestSession {
  /** As the database knows it. */
  readonly uuid: string
  /** As clients know it. */
  readonly id: string
  readonly client: Client
}

/** Lets somebody sign in as one of his memberships, by writing what the issuer would write. */
export async function startSession(world: World, membership: PlantedPerson): Promise<TestSession> {
  const [uuid, account] = [randomUUID(), randomUUID()]
  await world.sql('insert into issuer.account (id, email) values ($1, $2)', [
    account,
    `${account}@account.example.test`,
  ])
  await plant(
    world,
    membership.tenantId,
    `insert into identity.session (tenant_id, id, user_id, membership_id, account_id, client_id, authorization_id,
       assurance, authenticated_at, expires_at)
     values ('${membership.tenantId}', '${uuid}', '${membership.userId}', '${membership.id}', '${account}', 'autora-test',
       '${uuid}', 'MFA', now(), now() + interval '1 hour')`,
  )
  const subject = { userId: membership.userId, membershipId: membership.id }
  const credential = () => signToken(world.issuerKey, { ...goodClaims(subject), sid: uuid })
  return { uuid, id: encodeId('Session', uuid), client: new Client(world.gatewayUrl, credential) }
}
