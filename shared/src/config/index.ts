export { ConfigError, type Environment, processEnvironment, readConfig } from './read.js'
export {
  type AuditSettings,
  auditSettings,
  type DealerOpsSettings,
  dealerOpsSettings,
  evidenceSettings,
  type GatewaySettings,
  gatewaySettings,
  type IdentitySettings,
  identitySettings,
  type Network,
  type SequencerSettings,
  sequencerSettings,
  type WitnessSettings,
  witnessSettings,
} from './settings.js'
