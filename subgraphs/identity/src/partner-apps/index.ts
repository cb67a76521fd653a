export type { PartnerAppRow } from './entity.js'
export { partnerAppResolvers } from './resolvers.js'
export { demandPartnerApp, partnerAppById } from './service.js'
