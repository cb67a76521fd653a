import type { InternalRoute } from '@autora/shared/graphql'
import { providersForGateways } from './service.js'

/** `/internal/providers`: what gateways verify the tokens of foreign issuers with. Answers `{ providers }`. */
export const providerRoutes: Readonly<Record<string, InternalRoute>> = {
  '/internal/providers': async (ctx) => ({
    providers: (await providersForGateways(ctx)).map((row) => ({
      id: row.id,
      version: row.version,
      issuer: row.issuer,
      audience: row.audience,
      jwksUri: row.jwksUri,
      algorithms: row.algorithms,
      subjectClaim: row.subjectClaim,
      tokenType: row.tokenType,
    })),
  }),
}
