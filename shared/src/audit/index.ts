export { type EventName, events, mutationEvents } from './events.js'
export { openSideValue, type PersonalFields, type SideValue } from './personal.js'
export { type AuditEntry, recordAudit } from './record.js'
