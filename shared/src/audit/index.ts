export { detailFault } from './actions/detail.js'
export { actions, type PublishedAction, publishedActions, shapeOf } from './actions/index.js'
export type { ActionCategory, ActionShape, DetailKind } from './actions/shape.js'
export { type EventName, events, mutationEvents } from './events.js'
export { actionsPage } from './page.js'
export { openSideValue, type PersonalFields, type SideValue } from './personal.js'
export { publishActions, publishActionsOn } from './publish.js'
export { type ReadEntry, ReadLog } from './read-log.js'
export { type AuditEntry, recordAudit } from './record.js'
export {
  type RetentionClass,
  type RetentionClassName,
  retentionClasses,
  retentionClassOf,
} from './retention.js'
