import { answer, type Resolvers } from '@autora/shared/graphql'
import type { RequestContext } from '@autora/shared/request'
import type { Vault } from '@autora/shared/vault'
import type { CustomerRow } from '../customers/index.js'
import type { IdentityField } from './entity.js'
import { identityValue, type RecordIdentityInput, recordIdentity } from './service.js'

/** GraphQL ⇄ use cases of identity values. */
export function customerIdentityResolvers(vault: Vault): Resolvers {
  const shown = (field: IdentityField) => (customer: CustomerRow, _args: unknown, ctx: RequestContext) =>
    identityValue(ctx, vault, customer.id, field)
  return {
    Mutation: {
      customerIdentityRecord: (_, { input }: { input: RecordIdentityInput }, ctx) =>
        answer(recordIdentity(ctx, vault, input), (customer) => ({ customer })),
    },
    Customer: { identity: (customer: CustomerRow) => ({ ...customer, customerId: customer.id }) },
    CustomerIdentity: {
      saIdNumber: shown('SA_ID_NUMBER'),
      passport: shown('PASSPORT'),
      driversLicence: shown('DRIVERS_LICENCE'),
      dateOfBirth: shown('DATE_OF_BIRTH'),
    },
  }
}
