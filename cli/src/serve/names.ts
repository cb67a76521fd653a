/** The services that answer GraphQL, in the order they start: the gateway needs the others. */
export const serviceNames = ['identity', 'dealer-ops', 'audit', 'gateway'] as const

/** Name of a service, on the command line and in the log. */
export type ServiceName = (typeof serviceNames)[number]

/** Every process of an installation, in the order they start: the sequencer asks the witness. */
export const processNames = ['witness', 'sequencer', 'follower', ...serviceNames] as const

/** Name of a process. */
export type ProcessName = (typeof processNames)[number]
