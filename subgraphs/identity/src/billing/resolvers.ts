import { answer, type Resolvers } from '@autora/shared/graphql'
import { connection, decodeId, encodeId, type PageArguments, pageRequest } from '@autora/shared/request'
import { type DealerGroupRow, dealerGroupById } from '../dealer-groups/index.js'
import type { BillingAccountRow, InvoiceRow } from './entity.js'
import {
  type CreateInvoiceInput,
  createInvoice,
  issueInvoice,
  listInvoices,
  payInvoice,
  voidInvoice,
} from './invoice-service.js'
import { billingAccountOf, changeBillingAccount, type UpdateBillingAccountInput } from './service.js'

type Given<Input, Values = object> = { input: Input & Values }
const nowhere = '00000000-0000-0000-0000-000000000000'
const groupId = (id: string) => decodeId('DealerGroup', id)
const invoiceId = (id: string) => decodeId('Invoice', id)
const asInvoice = (invoice: InvoiceRow) => ({ invoice })

/** GraphQL ⇄ use cases of billing. */
export const billingResolvers: Resolvers = {
  Query: {
    billingAccount: (_root, args: { dealerGroupId: string }, ctx) =>
      billingAccountOf(ctx, groupId(args.dealerGroupId)),
    async invoices(_root, args: PageArguments & { dealerGroupId?: string | null }, ctx) {
      const page = pageRequest(args)
      // a malformed id finds nothing, as an absent one does; none at all asks for every group
      const group = args.dealerGroupId ? (groupId(args.dealerGroupId) ?? nowhere) : null
      const rows = await listInvoices(ctx, group, page)
      return connection(rows, page, ({ id, createdAt }) => ({ id, at: createdAt }))
    },
  },
  Mutation: {
    billingAccountUpdate: (
      _root,
      { input }: Given<UpdateBillingAccountInput, { dealerGroupId: string }>,
      ctx,
    ) =>
      answer(
        changeBillingAccount(ctx, { ...input, dealerGroupId: groupId(input.dealerGroupId) }),
        (billingAccount) => ({ billingAccount }),
      ),
    invoiceCreate: (_root, { input }: Given<CreateInvoiceInput, { dealerGroupId: string }>, ctx) =>
      answer(createInvoice(ctx, { ...input, dealerGroupId: groupId(input.dealerGroupId) }), asInvoice),
    invoiceIssue: (_root, { input }: Given<{ id: string }>, ctx) =>
      answer(issueInvoice(ctx, invoiceId(input.id)), asInvoice),
    invoiceMarkPaid: (_root, { input }: Given<{ id: string; paymentReference?: string | null }>, ctx) =>
      answer(payInvoice(ctx, invoiceId(input.id), input.paymentReference ?? null), asInvoice),
    invoiceVoid: (_root, { input }: Given<{ id: string; reason: string }>, ctx) =>
      answer(voidInvoice(ctx, invoiceId(input.id), input.reason), asInvoice),
  },
  BillingAccount: {
    dealerGroup: (account: BillingAccountRow, _args, ctx) => dealerGroupById(ctx, account.id),
  },
  Invoice: {
    id: (invoice: InvoiceRow) => encodeId('Invoice', invoice.id),
    number: ({ number }: InvoiceRow) => (number === null ? null : `INV-${String(number).padStart(6, '0')}`),
    dealerGroup: (invoice: InvoiceRow, _args, ctx) => dealerGroupById(ctx, invoice.tenantId),
  },
  DealerGroup: {
    billingAccount: (group: DealerGroupRow, _args, ctx) => billingAccountOf(ctx, group.id),
  },
}
