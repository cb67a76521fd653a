import type { Environment } from '@autora/shared/config'
import { type ProcessName, processNames, type ServiceName } from '../serve/names.js'
import { readPort } from '../terminal/arguments.js'
import { UsageError } from '../terminal/complaint.js'

/** The only address that a development installation listens on. */
export const host = '127.0.0.1'

/** Where the parts of an installation listen. */
export interface Plan {
  readonly ports: Readonly<Record<ProcessName, number>>
  readonly postgresPort: number
  readonly issuer: string
  readonly audience: string
}

/** Which variable moves the port of a service, and its default. */
export const portSettings = {
  identity: { variable: 'AUTORA_IDENTITY_PORT', default: 4001 },
  'dealer-ops': { variable: 'AUTORA_DEALER_OPS_PORT', default: 4002 },
  audit: { variable: 'AUTORA_AUDIT_PORT', default: 4003 },
  witness: { variable: 'AUTORA_WITNESS_PORT', default: 4010 },
  sequencer: { variable: 'AUTORA_SEQUENCER_PORT', default: 4011 },
  follower: { variable: 'AUTORA_FOLLOWER_PORT', default: 4012 },
  gateway: { variable: 'AUTORA_PORT', default: 4000 },
} as const satisfies Record<ProcessName, { variable: string; default: number }>

/** Base URL of a service. */
export const urlOf = (plan: Plan, name: ProcessName): string => `http://${host}:${plan.ports[name]}`

/** Base URLs of those that answer GraphQL. */
export const urlsOf = (plan: Plan): Readonly<Record<ServiceName, string>> => ({
  identity: urlOf(plan, 'identity'),
  'dealer-ops': urlOf(plan, 'dealer-ops'),
  audit: urlOf(plan, 'audit'),
  gateway: urlOf(plan, 'gateway'),
})

/**
 * Reads where everything goes.
 * @param port - of the gateway, from `--port`.
 * @throws {UsageError} for a port that is none, or that two parts want.
 */
export function readPlan(environment: Environment, port: string | undefined): Plan {
  const portOf = (name: ProcessName): number => {
    const { variable, default: otherwise } = portSettings[name]
    const isGiven = name === 'gateway' && port !== undefined
    return readPort(isGiven ? '--port' : variable, isGiven ? port : environment[variable], otherwise)
  }
  const ports = Object.fromEntries(processNames.map((name) => [name, portOf(name)])) as Plan['ports']
  const postgresPort = readPort('AUTORA_PG_PORT', environment.AUTORA_PG_PORT, 5433)
  refuseShared({ ...ports, PostgreSQL: postgresPort })
  return {
    ports,
    postgresPort,
    // a name and not the address: browsers allow passkeys at names only
    issuer: environment.AUTORA_ISSUER || `http://localhost:${ports.identity}`,
    audience: environment.AUTORA_AUDIENCE || 'urn:autora:api',
  }
}

function refuseShared(ports: Readonly<Record<string, number>>): void {
  const owners = new Map<number, string>()
  for (const [name, port] of Object.entries(ports)) {
    const other = owners.get(port)
    if (other)
      throw new UsageError(`Port ${port} is wanted by ${other} and by ${name}. Give one of them another.`)
    owners.set(port, name)
  }
}
