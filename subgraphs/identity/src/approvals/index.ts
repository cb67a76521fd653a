export type { ApprovalRow, ApprovalWish, ApprovedDeed, ApprovedDeeds, Json } from './entity.js'
export { approvalResolvers } from './resolvers.js'
export { approvalById, demandReason, needsApproval, openApproval } from './service.js'
