import type { Answer, Client } from '../kit/client.js'
import type { World } from '../kit/world.js'
import { send } from './support-steps.js'

/** An incident as a step of the review answers it. */
export interface SeenIncident {
  readonly id: string
  readonly version: number
  readonly status: string
}

const FIELDS = 'incident { id version status severity noticeDueAt isPersonalInfoSuspected }'
const INCIDENT = `query I($id: ID!) { incident(id: $id) { id version status severity assigneeId
  notes { id kind visibility reviewText authorPrincipal } changes { version fromStatus toStatus reason }
  evidence { kind sequence eventCount leafIndex digest checkpointSize checkpointRoot integrity }
  holds { scope from to releasedAt } } }`

/** Reports one. @returns it as anybody sees his own. */
export async function report(who: Client, summary: string, parts: object = {}): Promise<SeenIncident> {
  const { payload } = await send(
    who,
    'incidentReport',
    'IncidentReportInput',
    { category: 'SUSPICIOUS_ACCESS', summary, ...parts },
    'incident { id version status }',
  )
  expect(payload.userErrors).toEqual([])
  return payload.incident
}

/** Sends a step of the review. @returns its payload. */
export async function step(
  who: Client,
  name: 'incidentTransition' | 'incidentTriage' | 'incidentPinEvidence' | 'incidentHold',
  input: object,
): Promise<Answer['data']> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  return (await send(who, name, type, input, FIELDS)).payload
}

/** Takes an incident through some states, one after the other. @returns it as it is then. */
export async function walk(
  who: Client,
  incident: SeenIncident,
  ...states: readonly string[]
): Promise<SeenIncident> {
  let seen = incident
  for (const to of states) {
    const payload = await step(who, 'incidentTransition', {
      id: seen.id,
      version: seen.version,
      to,
      reason: `The review says ${to.toLowerCase()}`,
    })
    expect(payload).toMatchObject({ incident: { status: to }, userErrors: [] })
    seen = payload.incident
  }
  return seen
}

/** Adds a note. @returns its payload, or null where the deed is denied. */
export const note = async (who: Client, incidentId: string, body: string, parts: object = {}) =>
  (
    await send(
      who,
      'incidentNoteAdd',
      'IncidentNoteInput',
      { incidentId, body, ...parts },
      'note { id visibility }',
    )
  ).payload

/** The incident with everything a reviewer may see. */
export const review = async (who: Client, id: string): Promise<Answer> => who.send(INCIDENT, { id })

/** How many events of an action the trail holds about a thing. */
export async function told(world: World, action: string): Promise<readonly Record<string, unknown>[]> {
  return world.sql(
    `select tenant_id, outcome, actor_principal as who, detail from audit.event where action = $1 order by id`,
    [action],
  )
}
