import { answer, type Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { userById } from '../users/index.js'
import type { ApprovalRow, ApprovedDeeds } from './entity.js'
import { approvalById, approvalStatus, decideApproval, listApprovals, withdrawApproval } from './service.js'

interface DecideInput {
  readonly id: string
  readonly approve: boolean
  readonly note?: string | null
}

/** GraphQL ⇄ use cases of the four-eyes engine. @param deeds - what approvals carry out, by action. */
export const approvalResolvers = (deeds: ApprovedDeeds): Resolvers => ({
  Query: {
    async approvals(_root, args: PageArguments & { open?: boolean | null }, ctx: RequestContext) {
      const page = pageRequest(args)
      const rows = await listApprovals(ctx, page, args.open ?? null)
      return connection(rows, page, ({ id, requestedAt }) => ({ id, at: requestedAt }))
    },
    approval: (_root, { id }: { id: string }, ctx) => approvalById(ctx, decodeId('Approval', id)),
  },
  Mutation: {
    approvalDecide: (_root, { input }: { input: DecideInput }, ctx) =>
      answer(
        decideApproval(ctx, deeds, {
          id: decodeId('Approval', input.id),
          approve: input.approve,
          note: input.note ?? null,
        }),
        (approval) => ({ approval }),
      ),
    approvalWithdraw: (_root, { input }: { input: { id: string } }, ctx) =>
      answer(withdrawApproval(ctx, decodeId('Approval', input.id)), (approval) => ({ approval })),
  },
  Approval: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      approvalById(ctx, decodeId('Approval', id)),
    id: (approval: ApprovalRow) => encodeId('Approval', approval.id),
    status: (approval: ApprovalRow, _args, ctx) => approvalStatus(approval, ctx.clock.now()),
    isOwn: (approval: ApprovalRow, _args, ctx) => approval.requestedBy === ctx.actor.id,
    requestedBy: (approval: ApprovalRow, _args, ctx) => userById(ctx, approval.requestedBy),
    decidedBy: (approval: ApprovalRow, _args, ctx) => userById(ctx, approval.decidedBy),
    evidence: (approval: ApprovalRow) => approval.payloadSha256,
  },
})
