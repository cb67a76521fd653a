export { apiKeyText, demoApiKey } from './api-key-text.js'
export { canariesOf, type StoreCanaries } from './canaries.js'
export { demoPassword, demoPasswordHash } from './demo-password.js'
export { demoNetwork } from './network.js'
export type {
  DemoApiKey,
  DemoGroup,
  DemoLegalEntity,
  DemoMembership,
  DemoNetwork,
  DemoPartnerApp,
  DemoRole,
  DemoStore,
  DemoUser,
} from './network-shape.js'
export type { DemoProfile } from './profiles.js'
export { isSeeded, type SeedOptions, type SeedResult, seedDemo } from './seed-demo.js'
