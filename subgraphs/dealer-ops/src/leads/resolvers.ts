import { answer, type Resolvers } from '@autora/shared/graphql'
import { encodeId, type PageArguments, type RequestContext } from '@autora/shared/request'
import { type CustomerRow, loadCustomer } from '../customers/index.js'
import { uuidOf } from '../given-ids.js'
import {
  assignLead,
  changeLeadStatus,
  type LeadAssignInput,
  type LeadChangeStatusInput,
} from './change-service.js'
import { createLead, type LeadCreateInput } from './create-service.js'
import type { LeadRow, StatusChangeRow } from './entity.js'
import * as service from './service.js'

const user = (id: string | null) => id && { id: encodeId('User', id) }

/** Resolvers of leads. */
export const leadResolvers: Resolvers = {
  Query: {
    lead: (_, { id }: { id: string }, ctx) => service.loadLead(ctx, uuidOf('Lead', id)),
    leads: (_, args: service.LeadListArguments, ctx) => service.listLeads(ctx, args),
  },
  Mutation: {
    leadCreate: (_, { input }: { input: LeadCreateInput }, ctx) =>
      answer(createLead(ctx, input), (lead) => ({ lead })),
    leadChangeStatus: (_, { input }: { input: LeadChangeStatusInput }, ctx) =>
      answer(changeLeadStatus(ctx, input), (lead) => ({ lead })),
    leadAssign: (_, { input }: { input: LeadAssignInput }, ctx) =>
      answer(assignLead(ctx, input), (lead) => ({ lead })),
  },
  Customer: {
    leads: (customer: CustomerRow, args: PageArguments, ctx) => service.leadsOf(ctx, customer, args),
  },
  Lead: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      service.loadLead(ctx, uuidOf('Lead', id)),
    id: (lead: LeadRow) => encodeId('Lead', lead.id),
    store: (lead: LeadRow) => ({ id: encodeId('Store', lead.storeId) }),
    customer: (lead: LeadRow, _, ctx) => loadCustomer(ctx, lead.customerId),
    wantedVehicles: (lead: LeadRow, _, ctx) => service.vehiclesOf(ctx, lead, 'WANTED'),
    tradeIns: (lead: LeadRow, _, ctx) => service.vehiclesOf(ctx, lead, 'TRADE_IN'),
    externalIds: (lead: LeadRow, _, ctx) => service.externalIdsOf(ctx, lead),
    assignee: (lead: LeadRow) => user(lead.assigneeId),
    submittedBy: (lead: LeadRow) => lead.submittedBy && { id: encodeId('PartnerApp', lead.submittedBy) },
    receivedAt: (lead: LeadRow) => lead.at,
    statusHistory: (lead: LeadRow, _, ctx) => service.statusHistoryOf(ctx, lead),
  },
  LeadStatusChange: {
    changedBy: (change: StatusChangeRow) => user(change.changedBy),
  },
}
