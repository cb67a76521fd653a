export { commands } from './commands.js'
export {
  apiKeyText,
  canariesOf,
  type DemoApiKey,
  type DemoGroup,
  type DemoLegalEntity,
  type DemoMembership,
  type DemoNetwork,
  type DemoPartnerApp,
  type DemoProfile,
  type DemoRole,
  type DemoStore,
  type DemoUser,
  demoApiKey,
  demoNetwork,
  demoPassword,
  demoPasswordHash,
  isSeeded,
  type SeedOptions,
  type SeedResult,
  type StoreCanaries,
  seedDemo,
} from './demo/index.js'
export { lineOfProbe } from './doctor/revocation.js'
export {
  type ProbeOptions,
  type ProbeResult,
  probeRevocation,
  REVOCATION_PROMISE_MS,
} from './doctor/revocation-probe.js'
export type { IssuerKey } from './installation/secrets.js'
export { type MintedToken, mintToken, TOKEN_TTL_SECONDS, type TokenClaims } from './token/mint.js'
