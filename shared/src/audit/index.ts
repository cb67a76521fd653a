export { type EventName, events, mutationEvents } from './events.js'
export { type AuditEntry, recordAudit } from './record.js'
export {
  type RetentionClass,
  type RetentionClassName,
  retentionClasses,
  retentionClassOf,
} from './retention.js'
