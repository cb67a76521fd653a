import { type EventName, events } from '../events.js'
import { accessActions } from './access.js'
import { auditActions } from './audit.js'
import { dealerOpsActions } from './dealer-ops.js'
import { identityActions } from './identity.js'
import type { ActionShape } from './shape.js'

/** The files of the catalogue. */
const areas: Readonly<Record<string, Readonly<Record<string, ActionShape>>>> = {
  access: accessActions,
  audit: auditActions,
  'dealer-ops': dealerOpsActions,
  identity: identityActions,
}

/**
 * The catalogue: what an event of each action looks like. Who adds an event to `events` adds its shape, one line, to the
 * file of its area beside this one: `dealer-ops.ts` for the dealers' own work, else `identity.ts`, `access.ts` or
 * `audit.ts`. The type checker says here which one is missing.
 */
export const actions: Readonly<Record<EventName, ActionShape>> = {
  ...identityActions,
  ...accessActions,
  ...auditActions,
  ...dealerOpsActions,
}

/**
 * The current shape of an action.
 * @throws {TypeError} when none is declared, naming the file where it belongs.
 */
export function shapeOf(event: EventName): ActionShape {
  const shape: ActionShape | undefined = actions[event]
  if (shape) return shape
  const noun = `${event.split('.')[0]}.`
  const [area = 'dealer-ops'] = Object.keys(areas).filter((name) =>
    Object.keys(areas[name] ?? {}).some((known) => known.startsWith(noun)),
  )
  throw new TypeError(
    `The event ${event} has no shape. Say which keys its detail has, one line, in shared/src/audit/actions/${area}.ts`,
  )
}

/** One version of an action, as the database knows it. */
export interface PublishedAction extends ActionShape {
  readonly name: string
  readonly targetType: string
}

/**
 * The current version of every action, by name.
 * @throws {TypeError} when an event has no shape, naming the file where it belongs.
 */
export const publishedActions = (): readonly PublishedAction[] =>
  (Object.keys(events) as EventName[])
    .map((name) => ({ name, targetType: events[name], ...shapeOf(name) }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
