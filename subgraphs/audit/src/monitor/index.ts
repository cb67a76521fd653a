export type { MonitorFinding, MonitorRound } from './entity.js'
export { CheckpointFolder, MonitorMemory } from './kept-checkpoints.js'
export { Monitor, type MonitorParts } from './monitor-service.js'
