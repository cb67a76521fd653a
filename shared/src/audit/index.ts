export { type EventName, events, mutationEvents } from './events.js'
export { openSideValue, type PersonalFields, type SideValue } from './personal.js'
export { type ReadEntry, ReadLog } from './read-log.js'
export { type AuditEntry, recordAudit } from './record.js'
export {
  type RetentionClass,
  type RetentionClassName,
  retentionClasses,
  retentionClassOf,
} from './retention.js'
