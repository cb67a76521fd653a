/** What proves who a customer is. */
export type IdentityField = 'SA_ID_NUMBER' | 'PASSPORT' | 'DRIVERS_LICENCE' | 'DATE_OF_BIRTH'

/** A kept value as it lies in the database; the parent is the customer. */
export interface IdentityRow {
  readonly parentId: string
  readonly storeId: string
  readonly field: IdentityField
  readonly ciphertext: Buffer
}
