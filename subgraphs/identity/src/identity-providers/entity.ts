/** Algorithms that a provider's tokens may be signed with, as JOSE names them. */
export const tokenAlgorithms = ['ES256', 'EdDSA', 'PS256', 'RS256'] as const

/** One of them. */
export type TokenAlgorithm = (typeof tokenAlgorithms)[number]

/** What the header of a provider's access tokens calls them: `at+jwt` (RFC 9068), or plain JWT. */
export type TokenType = 'AT_JWT' | 'JWT'

/** A dealer group's own OpenID provider. */
export interface IdentityProviderRow {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  readonly algorithms: readonly TokenAlgorithm[]
  readonly subjectClaim: string
  readonly tokenType: TokenType
  readonly status: 'ACTIVE' | 'DISABLED' | 'REMOVED'
  readonly version: number
  /** ISO 8601 with microseconds. */
  readonly createdAt: string
}

/** What may be changed of a provider. Issuer and audience are what it is: another pair is another provider. */
export type ProviderChange = Pick<
  IdentityProviderRow,
  'name' | 'jwksUri' | 'algorithms' | 'subjectClaim' | 'tokenType' | 'status'
>

/** A subject of a provider, and the person of the same group that it is. */
export interface ExternalIdentityRow {
  readonly id: string
  readonly tenantId: string
  readonly providerId: string
  readonly subject: string
  readonly userId: string
  /** ISO 8601 with microseconds. */
  readonly linkedAt: string
}
