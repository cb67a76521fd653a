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
} from './settings.js'
