import type { Principal } from '@autora/shared/access'

/** A person who signs in, with what decides how. */
export interface Account {
  readonly id: string
  readonly email: string
  readonly status: 'ACTIVE' | 'DISABLED'
  readonly passwordHash: string | null
  /** Changes whenever the credentials do. */
  readonly stamp: string
  readonly hasAuthenticator: boolean
  readonly hasPasskey: boolean
  /** Has a membership of the platform: nobody of them gets in without a second factor. */
  readonly isPlatformStaff: boolean
  /** The user that events name: the oldest active one. Null for who is nobody's user now. */
  readonly homeTenantId: string | null
  readonly homeUserId: string | null
  readonly homeRole: Principal | null
}

/** The authenticator app of an account. */
export interface Authenticator {
  readonly id: string
  readonly sealedSeed: Buffer
}

/** A passkey of an account. */
export interface Passkey {
  readonly id: string
  readonly accountId: string
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly label: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** One sign-in of the person at an application. */
export interface OwnSession {
  readonly id: string
  readonly tenantId: string
  readonly clientId: string
  readonly membership: string
  readonly startedAt: Date
  readonly assurance: 'PASSWORD' | 'MFA'
}
