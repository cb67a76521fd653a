export type { IncidentCategory, IncidentRow } from './entity.js'
export { incidentResolvers } from './resolvers.js'
export { incident, openIncident, theIncident, words } from './service.js'
export { type IncidentStatus, incidentSteps } from './states.js'
