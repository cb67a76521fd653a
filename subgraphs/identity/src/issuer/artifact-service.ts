import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider'
import type { IssuerDatabase } from '../issuer-database.js'
import {
  type ArtifactKey,
  consumeArtifact,
  deleteArtifact,
  type FoundArtifact,
  findArtifact,
  findArtifactByUid,
  findAuthorizationOf,
  saveArtifact,
  sweepArtifacts,
} from './artifact-repository.js'
import type { Clients } from './client-service.js'
import type { IssuerSecrets } from './secrets.js'
import { digestUses, type EndReason, type Sessions } from './session-service.js'

/** Rows that one sweep deletes at most: a backlog never becomes one long transaction. */
const MOST_SWEPT = 1000

/** What the store of artifacts works with. */
export interface ArtifactParts {
  readonly database: IssuerDatabase
  readonly secrets: IssuerSecrets
  readonly sessions: Sessions
  readonly clients: Clients
}

/** The token endpoint only ever revokes what was presented twice; elsewhere somebody asked for it. */
const reasonNow = (): EndReason => (Provider.ctx?.oidc.route === 'token' ? 'REUSE_DETECTED' : 'SIGNED_OUT')

/**
 * Keeps what the library has to remember (its `Adapter`) in PostgreSQL. Presented values are kept as keyed digests and
 * the rest is sealed: a copy of the table is no credential. When an authorization goes, its session goes with it.
 */
class ArtifactStore implements Adapter {
  constructor(
    private readonly model: string,
    private readonly parts: ArtifactParts,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { database, secrets } = this.parts
    if (expiresIn === undefined) throw new TypeError(`${this.model} has no end`)
    const key = this.key(id)
    await database.write((tx) =>
      saveArtifact(tx, {
        ...key,
        authorizationDigest: this.standsOn(payload),
        uidDigest: payload.uid ? this.key(`uid:${payload.uid}`).digest : null,
        payload: secrets.seal(placeOf(key), payload),
        lifeSeconds: expiresIn,
      }),
    )
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.model === 'Client') return this.parts.clients.find(id)
    return this.open(await this.parts.database.read((tx) => findArtifact(tx, this.key(id))))
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.open(await this.parts.database.read((tx) => findArtifactByUid(tx, this.key(`uid:${uid}`))))
  }

  /** The device flow is not offered. */
  async findByUserCode(): Promise<undefined> {
    return undefined
  }

  /** @throws {errors.InvalidGrant} when another request was faster with the same value: the family ends. */
  async consume(id: string): Promise<void> {
    const { database, sessions } = this.parts
    const key = this.key(id)
    if (await database.write((tx) => consumeArtifact(tx, key))) return
    const family = await database.read((tx) => findAuthorizationOf(tx, key))
    if (family) await sessions.endFamily(family, 'REUSE_DETECTED')
    throw new errors.InvalidGrant('presented twice')
  }

  async destroy(id: string): Promise<void> {
    if (this.model === digestUses.grant) return this.parts.sessions.endAuthorization(id, reasonNow())
    await this.parts.database.write((tx) => deleteArtifact(tx, this.key(id)))
  }

  revokeByGrantId(grantId: string): Promise<void> {
    return this.parts.sessions.endAuthorization(grantId, reasonNow())
  }

  /** An interaction names the authorization of before it, and goes on when that one ends. */
  private standsOn({ grantId }: AdapterPayload): Buffer | null {
    const isFamily = grantId !== undefined && this.model !== 'Interaction'
    return isFamily ? this.parts.secrets.digest(digestUses.grant, grantId) : null
  }

  private open(found: FoundArtifact | undefined): AdapterPayload | undefined {
    if (!found) return undefined
    const place = placeOf({ model: this.model, digest: found.digest })
    const payload = this.parts.secrets.open<AdapterPayload>(place, found.payload)
    return found.consumedAt
      ? { ...payload, consumed: Math.floor(found.consumedAt.getTime() / 1000) }
      : payload
  }

  private key(id: string): ArtifactKey {
    return { model: this.model, digest: this.parts.secrets.digest(this.model, id) }
  }
}

const placeOf = ({ model, digest }: ArtifactKey): string => `artifact|${model}|${digest.toString('hex')}`

/** Makes the library's storage, one store a kind of artifact. */
export const artifactStores =
  (parts: ArtifactParts) =>
  (model: string): Adapter =>
    new ArtifactStore(model, parts)

/** Deletes artifacts that ended, a bounded number at a time. @returns how many. */
export const sweep = (database: IssuerDatabase): Promise<number> =>
  database.write((tx) => sweepArtifacts(tx, MOST_SWEPT))
