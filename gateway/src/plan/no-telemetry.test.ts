import { ApolloGateway } from '@apollo/gateway'
import { forbidTelemetry } from './no-telemetry.js'

describe('the gateway library', () => {
  it('GW-10 MUST not report to its maker, nor have its limits switched off, whatever the surroundings say', () => {
    process.env.APOLLO_TELEMETRY_DISABLED = 'false'
    process.env.APOLLO_DISABLE_SECURITY_NON_LOCAL_SELECTIONS_CHECK = 'true'

    forbidTelemetry()

    const gateway = new ApolloGateway({ supergraphSdl: '' })
    expect(Reflect.get(gateway, 'toDispose')).toEqual([])
    expect(Reflect.get(gateway, 'nonLocalSelectionsLimitDisabled')).toBe(false)
  })
})
