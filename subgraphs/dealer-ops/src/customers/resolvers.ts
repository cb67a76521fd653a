import type { Resolvers } from '@autora/shared/graphql'
import { encodeId, type RequestContext } from '@autora/shared/request'
import { uuidOf } from '../given-ids.js'
import type { CustomerRow } from './entity.js'
import * as service from './service.js'

/** Resolvers of customers. */
export const customerResolvers: Resolvers = {
  Query: {
    customer: (_, { id }: { id: string }, ctx) => service.loadCustomer(ctx, uuidOf('Customer', id)),
    customers: (_, args: service.CustomerListArguments, ctx) => service.listCustomers(ctx, args),
    customerSearch: (_, args: service.CustomerSearchArguments, ctx) => service.searchCustomers(ctx, args),
  },
  Customer: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      service.loadCustomer(ctx, uuidOf('Customer', id)),
    id: (row: CustomerRow) => encodeId('Customer', row.id),
    store: (row: CustomerRow) => ({ id: encodeId('Store', row.storeId) }),
    phones: (row: CustomerRow, _, ctx) => service.phonesOf(ctx, row),
    emails: (row: CustomerRow, _, ctx) => service.emailsOf(ctx, row),
    createdAt: (row: CustomerRow) => row.at,
  },
}
