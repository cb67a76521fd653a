import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { demoNetwork } from '../demo/index.js'
import type { IssuerKey } from '../installation/secrets.js'
import { publicKeySet } from './issuer-key.js'
import { mintToken } from './mint.js'
import { findKeyId, findMembership, findPlace } from './person.js'

const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as IssuerKey
const network = demoNetwork('XS')
const issuedAt = 1_780_000_000
const claims = {
  issuer: 'http://issuer.test',
  audience: 'urn:autora:api',
  subject: 's',
  membership: 'm',
  issuedAt,
}

async function verified(token: string) {
  const keys = createLocalJWKSet(await publicKeySet(key))
  const currentDate = new Date(issuedAt * 1000)
  return (await jwtVerify(token, keys, { issuer: claims.issuer, audience: claims.audience, currentDate }))
    .payload
}

describe('mintToken', () => {
  it('signs an access token that the public key set verifies', async () => {
    const { token, expiresAt } = await mintToken(key, claims)

    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' })
    expect(await verified(token)).toMatchObject({
      sub: 's',
      membership: 'm',
      membership_version: 1,
      client_id: 'autora-cli',
      exp: issuedAt + 300,
    })
    expect(expiresAt.getTime()).toBe((issuedAt + 300) * 1000)
  })

  it('says under a grant who acts', async () => {
    const { token } = await mintToken(key, { ...claims, grant: { id: 'g', actor: 'a' } })

    expect(await verified(token)).toMatchObject({ sub: 's', act: { sub: 'a' }, grant: 'g' })
  })

  it('marks an analyst, and nobody else', async () => {
    const tokens = await Promise.all(
      [true, false].map((isAnalyst) => mintToken(key, { ...claims, isAnalyst })),
    )
    const [analyst, other] = await Promise.all(tokens.map(({ token }) => verified(token)))

    expect(analyst).toHaveProperty('analyst', true)
    expect(other).not.toHaveProperty('analyst')
  })

  it('never publishes the private half', async () => {
    expect(JSON.stringify(await publicKeySet(key))).not.toContain(key.d)
  })
})

describe('who speaks', () => {
  const roleAt = (speaker: 'owner' | 'admin' | 'sales' | 'analyst', code?: string) => {
    const { role, storeId, endedDaysAgo } = findMembership(network, speaker, findPlace(network, code))
    return [role, network.stores.find(({ id }) => id === storeId)?.code ?? null, endedDaysAgo]
  }

  it('is found by store, by group, or first of all', () => {
    expect(roleAt('owner')).toEqual(['PLATFORM_OWNER', null, null])
    expect(roleAt('admin', 'south')).toEqual(['DEALER_ADMIN', null, null])
    expect(roleAt('admin', 'north-one')).toEqual(['DEALER_ADMIN', 'north-one', null])
    expect(roleAt('sales', 'south-two')).toEqual(['DEALER_SALES', 'south-two', null])
    expect(roleAt('sales', 'south')).toEqual(['DEALER_SALES', 'south-one', null])
    expect(roleAt('analyst')).toEqual(['DEALER_MARKETING', 'north-one', null])
  })

  it('is told where there is nobody', () => {
    expect(() => roleAt('sales', 'east')).toThrow(/no store or group 'east'.*north \(north-one, /)
    expect(() => roleAt('admin', 'north-two')).toThrow(
      'There is no admin at north-two. Try --as admin@north.',
    )
  })

  it('is for a partner the live key of that store', () => {
    const id = findKeyId(network, findPlace(network, 'south-two'))
    const found = network.apiKeys.find((one) => one.id === id)

    expect(found).toMatchObject({ kind: 'STORE', label: expect.stringContaining('south-two') })
  })
})
