export { noteHumanAnswer } from './change-service.js'
export { brandNamed, recordLead, storeFor } from './create-service.js'
export type {
  LeadInterest,
  LeadRow,
  LeadSource,
  LeadStore,
  NewExternalId,
  NewLead,
  NewVehicle,
} from './entity.js'
export { leadResolvers } from './resolvers.js'
export { loadLead } from './service.js'
