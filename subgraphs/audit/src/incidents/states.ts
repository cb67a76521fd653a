/** Where an incident stands. */
export type IncidentStatus =
  | 'OPEN'
  | 'IN_REVIEW'
  | 'CONTAINED'
  | 'RESOLVED'
  | 'CLOSED'
  | 'REJECTED'
  | 'REOPENED'

/**
 * Which state follows which. The database keeps the same list (`audit.incident_may_become`) and docs/audit/incidents.md
 * shows it; tests compare all three.
 */
export const incidentSteps: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  OPEN: ['IN_REVIEW', 'REJECTED'],
  IN_REVIEW: ['CONTAINED', 'RESOLVED', 'REJECTED'],
  CONTAINED: ['IN_REVIEW', 'RESOLVED'],
  RESOLVED: ['IN_REVIEW', 'CLOSED'],
  CLOSED: ['REOPENED'],
  REJECTED: ['REOPENED'],
  REOPENED: ['IN_REVIEW'],
}

/** Whether an incident may go from one state to another. */
export const mayBecome = (before: IncidentStatus, after: IncidentStatus): boolean =>
  incidentSteps[before].includes(after)

/** Whether nothing more comes to an incident in this state, unless it is opened again. */
export const isOver = (status: IncidentStatus): boolean => status === 'CLOSED' || status === 'REJECTED'

/** Hours from a report until the Regulator should have heard of a suspected compromise: the benchmark it named itself. */
export const NOTICE_HOURS = 72
