/** The services, in the order they start: the gateway needs the others. */
export const serviceNames = ['identity', 'dealer-ops', 'audit', 'gateway'] as const

/** Name of a service, on the command line and in the log. */
export type ServiceName = (typeof serviceNames)[number]
