import { processEnvironment } from '@autora/shared/config'

/**
 * Switches off what the gateway library would send to its maker, and the probes of cloud metadata addresses that go
 * with it. The library asks the environment and nothing else, when a gateway is constructed; so this must run before.
 * The two security switches it also reads there are removed: nobody turns the planner's own limits off from outside.
 */
export function forbidTelemetry(): void {
  const environment = processEnvironment() as Record<string, string | undefined>
  environment.APOLLO_TELEMETRY_DISABLED = 'true'
  delete environment.APOLLO_DISABLE_SECURITY_RECURSIVE_SELECTIONS_CHECK
  delete environment.APOLLO_DISABLE_SECURITY_NON_LOCAL_SELECTIONS_CHECK
}
