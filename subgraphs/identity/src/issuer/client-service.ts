import { randomBytes } from 'node:crypto'
import { invalid } from '@autora/shared/errors'
import type { AdapterPayload } from 'oidc-provider'
import type { IssuerDatabase } from '../issuer-database.js'
import { findServiceClient, insertServiceClient } from './client-repository.js'
import type { IssuerSecrets } from './secrets.js'
import { digestUses } from './session-service.js'

/** The audience of what services get: the gateway accepts none of it (docs/decisions/0008-issuer.md). */
export const SERVICE_AUDIENCE = 'urn:autora:services'

/** The one scope of the services' audience. */
export const SERVICE_SCOPE = 'service'

/** Services that sign in by themselves, with secrets that are kept as keyed digests. */
export class Clients {
  constructor(
    private readonly database: IssuerDatabase,
    private readonly secrets: IssuerSecrets,
  ) {}

  /** What the library has to know of a service; undefined for an id that is none or was disabled. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    const row = await this.database.read((tx) => findServiceClient(tx, id))
    if (!row) return undefined
    return {
      client_id: row.id,
      client_name: row.name,
      // not the secret: `isSecret` compares against this, and no algorithm of the library may use it as a key
      client_secret: row.secretMac.toString('hex'),
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      scope: SERVICE_SCOPE,
    }
  }

  /** Whether a presented secret is that of a service, in constant time. */
  isSecret(presented: string, kept: string): boolean {
    return this.secrets.matches(digestUses.secret, presented, Buffer.from(kept, 'hex'))
  }

  /**
   * Adds a service. @returns its secret, which is shown once and kept nowhere.
   * @throws {DomainError} INVALID - the id is taken.
   */
  async add(id: string, name: string): Promise<string> {
    const secret = randomBytes(32).toString('base64url')
    const secretMac = this.secrets.digest(digestUses.secret, secret)
    const isNew = await this.database.write((tx) => insertServiceClient(tx, { id, name, secretMac }))
    if (!isNew) throw invalid('INVALID', { field: ['id'], message: 'This id is taken.' })
    return secret
  }
}
