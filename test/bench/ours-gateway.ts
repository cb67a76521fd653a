import { startGateway } from '@autora/gateway'
import { testKeys } from '../kit/secrets.js'
import { testAudience, testIssuer } from '../kit/tokens.js'
import { serveOrders } from './child.js'
import type { OurServices } from './ours-services.js'

serveOrders(async (services: OurServices): Promise<string> => {
  const { url } = await startGateway({
    AUTORA_PROFILE: 'production',
    AUTORA_HOST: '127.0.0.1',
    AUTORA_PORT: 0,
    AUTORA_IDENTITY_URL: services.identity,
    AUTORA_DEALER_OPS_URL: services.dealer_ops,
    AUTORA_AUDIT_URL: services.audit,
    AUTORA_SEAL_KEY: testKeys.seal,
    AUTORA_HOP_SECRET: testKeys.hopSecret,
    AUTORA_ISSUER: testIssuer,
    AUTORA_AUDIENCE: testAudience,
    AUTORA_JWKS_URL: undefined,
  })
  return `${url}/graphql`
})
