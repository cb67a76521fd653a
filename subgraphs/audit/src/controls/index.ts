export type { ProbeTargets } from './probe-service.js'
export { controlResolvers } from './resolvers.js'
export { ControlProber } from './run.js'
export { type TrailLimits, trailLimits } from './trail-service.js'
