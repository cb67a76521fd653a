/** Whether a customer is a human being. */
export type CustomerKind = 'PERSON' | 'JURISTIC'

/** What kind of line a phone number is. */
export type PhoneType = 'VOICE' | 'FAX' | 'MOBILE' | 'PAGER' | 'UNKNOWN'

/** A row of dealer_ops.customer as it is read; `at` is its time of creation with microseconds. */
export interface CustomerRow {
  readonly id: string
  readonly storeId: string
  readonly kind: CustomerKind
  readonly firstName: string | null
  readonly lastName: string | null
  readonly company: string | null
  readonly address: string | null
  readonly language: string | null
  readonly at: string
}

/** A row of dealer_ops.customer_phone as it is read; the parent is the customer. */
export interface PhoneRow extends NewPhone {
  readonly parentId: string
  readonly customerId: string
  readonly storeId: string
}

/** A row of dealer_ops.customer_email as it is read; the parent is the customer. */
export interface EmailRow {
  readonly parentId: string
  readonly address: string
}

/** A phone number to keep. */
export interface NewPhone {
  readonly raw: string
  readonly e164: string | null
  readonly type: PhoneType
}

/** A customer to find again or to keep, checked; phones and e-mails at most 20 each. */
export interface NewCustomer {
  readonly kind: CustomerKind
  readonly firstName: string | null
  readonly lastName: string | null
  readonly company: string | null
  readonly address: string | null
  readonly language: string | null
  readonly phones: readonly NewPhone[]
  readonly emails: readonly string[]
}
