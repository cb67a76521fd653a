export { type EventName, events, mutationEvents } from './events.js'
export { type ReadEntry, ReadLog } from './read-log.js'
export { type AuditEntry, recordAudit } from './record.js'
