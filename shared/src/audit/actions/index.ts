import { type EventName, events } from '../events.js'
import { accessActions } from './access.js'
import { dealerOpsActions } from './dealer-ops.js'
import { identityActions } from './identity.js'
import type { ActionShape } from './shape.js'

/**
 * The catalogue: what an event of each action looks like. Who adds an event to `events` adds its shape to the file of
 * its area; the type checker says which one is missing.
 */
export const actions: Readonly<Record<EventName, ActionShape>> = {
  ...identityActions,
  ...accessActions,
  ...dealerOpsActions,
}

/** One version of an action, as the database knows it. */
export interface PublishedAction extends ActionShape {
  readonly name: string
  readonly targetType: string
}

/** The current version of every action, by name. */
export const publishedActions = (): readonly PublishedAction[] =>
  (Object.keys(actions) as EventName[])
    .map((name) => ({ name, targetType: events[name], ...actions[name] }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
