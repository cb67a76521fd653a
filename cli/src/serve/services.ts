import {
  auditSettings,
  dealerOpsSettings,
  type Environment,
  followerSettings,
  gatewaySettings,
  identitySettings,
  readConfig,
  sequencerSettings,
  witnessSettings,
} from '@autora/shared/config'
import type { Log } from '@autora/shared/telemetry'
import type { ProcessName } from './names.js'

/** A service that listens. */
export interface RunningService {
  readonly url: string
  /** Refuses new requests, finishes those that run, lets go of the database. */
  close(): Promise<void>
}

type Launcher = (environment: Environment, options: { readonly log: Log }) => Promise<RunningService>

/** Starts a service with settings from an environment; its code is loaded only then. */
export const launchers: Readonly<Record<ProcessName, Launcher>> = {
  async identity(environment, options) {
    const settings = readConfig(identitySettings, environment)
    return (await import('@autora/identity')).startIdentity(settings, options)
  },
  async 'dealer-ops'(environment, options) {
    const settings = readConfig(dealerOpsSettings, environment)
    return (await import('@autora/dealer-ops')).startDealerOps(settings, options)
  },
  async audit(environment, options) {
    const settings = readConfig(auditSettings, environment)
    return (await import('@autora/audit')).startAudit(settings, options)
  },
  async sequencer(environment, options) {
    const settings = readConfig(sequencerSettings, environment)
    return (await import('@autora/audit')).startSequencer(settings, options)
  },
  async follower(environment, options) {
    const settings = readConfig(followerSettings, environment)
    return (await import('@autora/audit')).startFollower(settings, options)
  },
  async witness(environment, options) {
    const settings = readConfig(witnessSettings, environment)
    return (await import('@autora/audit')).startWitness(settings, options)
  },
  async gateway(environment, options) {
    const settings = readConfig(gatewaySettings, environment)
    return (await import('@autora/gateway')).startGateway(settings, options)
  },
}

/** Every setting of every service: none is handed to a service that does not read it. */
export const settingNames: Readonly<Record<ProcessName, readonly string[]>> = {
  identity: Object.keys(identitySettings.shape),
  'dealer-ops': Object.keys(dealerOpsSettings.shape),
  audit: Object.keys(auditSettings.shape),
  sequencer: Object.keys(sequencerSettings.shape),
  follower: Object.keys(followerSettings.shape),
  witness: Object.keys(witnessSettings.shape),
  gateway: Object.keys(gatewaySettings.shape),
}
