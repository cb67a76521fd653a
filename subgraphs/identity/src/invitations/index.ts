export { invitationDeeds } from './deeds.js'
export { demandMobile, demandName } from './person-form.js'
export type { Postbox } from './post-service.js'
export { invitationResolvers } from './resolvers.js'
