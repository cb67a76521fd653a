export type { ApprovalRow, ApprovalWish, ApprovedDeed, ApprovedDeeds, Json } from './entity.js'
export { approvalResolvers } from './resolvers.js'
export { demandReason, needsApproval, openApproval } from './service.js'
