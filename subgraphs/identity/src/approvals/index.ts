export { demandReason } from '@autora/shared/request'
export type { ApprovalRow, ApprovalWish, ApprovedDeed, ApprovedDeeds, Json } from './entity.js'
export { approvalResolvers } from './resolvers.js'
export { approvalById, needsApproval, openApproval } from './service.js'
