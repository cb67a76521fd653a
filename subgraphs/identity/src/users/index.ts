export type { MembershipRow, Role, UserRow } from './entity.js'
export { userResolvers } from './resolvers.js'
export {
  membershipById,
  membershipInTx,
  membershipsInTx,
  membershipsOf,
  ownMemberships,
  userById,
  userInTx,
} from './service.js'
