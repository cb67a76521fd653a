export type { CustomerKind, CustomerRow, NewCustomer, NewPhone, PhoneType } from './entity.js'
export { normalEmail, toE164 } from './normal-form.js'
export { customerResolvers } from './resolvers.js'
export { emailsOf, keepCustomer, loadCustomer, phonesOf } from './service.js'
