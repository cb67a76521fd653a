import { randomUUID } from 'node:crypto'
import { plant } from '../kit/plant.js'
import { type Line, list, oneStore, reason, valueIn } from './identity-line.js'
import { type Seat, type Stage, spelled } from './identity-stage.js'

/** An application beside the one whose key the partner speaks with. @returns its id. */
const newApp =
  (status: 'ACTIVE' | 'SUSPENDED', parts: object = {}) =>
  async (stage: Stage, seat: Seat) => {
    const id = randomUUID()
    const { tenantId, storeId } = stage.dealer(seat)
    await plant(
      stage.world,
      tenantId,
      `insert into identity.partner_app (tenant_id, id, legal_entity_id, name, status)
       select tenant_id, '${id}', legal_entity_id, 'Planted App', '${status}'
         from identity.store where id = '${storeId}'`,
    )
    return { id: spelled('PartnerApp', id), ...parts }
  }

/** A key that the caller may rotate: one that he made, or the very key of the partner. */
const rotated = async (stage: Stage, seat: Seat) => ({
  id: spelled('ApiKey', seat === 'PARTNER' ? stage.ownKey() : await stage.key(seat, stage.self(seat).userId)),
})

/** An approved key whose secret the caller has not fetched. */
const unclaimed = async (stage: Stage, seat: Seat) => ({
  id: spelled('ApiKey', await stage.key(seat, stage.self(seat).userId, randomUUID())),
})

/** A provider of the group of a seat. @returns its id as the database knows it. */
async function provider(stage: Stage, seat: Seat): Promise<string> {
  const id = randomUUID()
  const { tenantId } = stage.dealer(seat)
  await plant(
    stage.world,
    tenantId,
    `insert into identity.identity_provider (tenant_id, id, name, issuer, audience, jwks_uri, algorithms)
     values ('${tenantId}', '${id}', 'Planted', 'https://${id}.example.test', 'autora', 'https://${id}.example.test/keys',
       '{ES256}')`,
  )
  return id
}

/** A link between a subject of a provider and somebody of the group. */
async function link(stage: Stage, seat: Seat) {
  const [id, providerId, { tenantId, userId }] = [
    randomUUID(),
    await provider(stage, seat),
    await stage.colleague(seat),
  ]
  await plant(
    stage.world,
    tenantId,
    `insert into identity.external_identity (tenant_id, id, provider_id, subject, user_id, linked_by)
     values ('${tenantId}', '${id}', '${providerId}', '${id}', '${userId}', '${userId}')`,
  )
  return { id: spelled('ExternalIdentity', id) }
}

const ofAdmins = '- - - + - - - -'
const readByOwnerAndAdmins = '+ - - + - - - -'

/** What is not a person and gets in: applications, their keys, and sign-in services of groups. */
export const keyLines: readonly Line[] = [
  { field: 'Query.partnerApps', cells: '+ - + + - - + -', select: list },
  {
    field: 'Mutation.partnerAppCreate',
    cells: ofAdmins,
    select: 'partnerApp { id }',
    prepare: async (stage, seat) => ({
      name: 'Another App',
      legalEntityId: spelled(
        'LegalEntity',
        await valueIn<string>(stage, 'select legal_entity_id as value from identity.store where id = $1', [
          stage.dealer(seat).storeId,
        ]),
      ),
    }),
  },
  {
    field: 'Mutation.partnerAppUpdate',
    cells: ofAdmins,
    select: 'partnerApp { id }',
    prepare: newApp('ACTIVE', { name: 'Another Name' }),
  },
  {
    field: 'Mutation.partnerAppSuspend',
    cells: ofAdmins,
    select: 'partnerApp { id }',
    prepare: newApp('ACTIVE'),
  },
  {
    field: 'Mutation.partnerAppReinstate',
    cells: ofAdmins,
    select: 'partnerApp { id }',
    prepare: newApp('SUSPENDED'),
  },
  { field: 'Query.apiKeys', cells: '+ - + + - - + -', select: list },
  {
    field: 'Mutation.apiKeyCreate',
    cells: '4 - - + - - - -',
    select: 'apiKey { id }',
    prepare: async (stage, seat) => ({
      appId: spelled('PartnerApp', await stage.app(seat)),
      label: 'Leads of a website',
      scopes: ['leads:create'],
      storeIds: [oneStore(stage, seat)],
      reason,
    }),
  },
  // fetching what two people have agreed on takes no third decision
  {
    field: 'Mutation.apiKeyClaim',
    cells: '+ - - + - - - -',
    select: 'apiKey { id }',
    prepare: unclaimed,
  },
  { field: 'Mutation.apiKeyRotate', cells: '+ - - + - - + -', select: 'apiKey { id }', prepare: rotated },
  {
    field: 'Mutation.apiKeyRevoke',
    cells: '+ - + + - - + -',
    select: 'apiKey { id }',
    prepare: async (stage, seat) => ({ id: spelled('ApiKey', await stage.key(seat)) }),
  },
  { field: 'Query.identityProviders', cells: readByOwnerAndAdmins, select: list },
  { field: 'Query.externalIdentities', cells: readByOwnerAndAdmins, select: list },
  {
    field: 'Mutation.identityProviderSave',
    cells: ofAdmins,
    select: 'identityProvider { id }',
    prepare: async () => ({
      name: 'Sign-in of the group',
      issuer: `https://${randomUUID()}.example.test`,
      audience: 'autora',
      jwksUri: 'https://keys.example.test/keys',
      algorithms: ['ES256'],
    }),
  },
  {
    field: 'Mutation.identityProviderRemove',
    cells: ofAdmins,
    select: 'identityProvider { id }',
    prepare: async (stage, seat) => ({ id: spelled('IdentityProvider', await provider(stage, seat)) }),
  },
  {
    field: 'Mutation.externalIdentityLink',
    cells: ofAdmins,
    select: 'externalIdentity { id }',
    prepare: async (stage, seat) => ({
      providerId: spelled('IdentityProvider', await provider(stage, seat)),
      subject: randomUUID(),
      userId: spelled('User', (await stage.colleague(seat)).userId),
    }),
  },
  {
    field: 'Mutation.externalIdentityUnlink',
    cells: ofAdmins,
    select: 'externalIdentity { id }',
    prepare: link,
  },
]
