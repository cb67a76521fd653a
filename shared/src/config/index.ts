export {
  evidenceSettings,
  type FollowerSettings,
  followerSettings,
  type SequencerSettings,
  sequencerSettings,
  type WitnessSettings,
  witnessSettings,
} from './log-settings.js'
export { ConfigError, type Environment, processEnvironment, readConfig } from './read.js'
export {
  type AuditSettings,
  auditSettings,
  type DealerOpsSettings,
  dealerOpsSettings,
  type GatewaySettings,
  gatewaySettings,
  type IdentitySettings,
  identitySettings,
  type Network,
} from './settings.js'
