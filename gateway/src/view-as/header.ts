import { type Principal, principals } from '@autora/shared/access'
import { decodeId } from '@autora/shared/request'
import { Refusal } from '../answers/index.js'

/** Name of the header that asks for a view: a role, and after `@` the stores it is limited to. */
export const VIEW_AS_HEADER = 'x-autora-view-as'

/** As whom somebody wants to look. */
export interface ViewWish {
  readonly role: Principal
  /** Null: all that the viewer sees himself. */
  readonly storeIds: readonly string[] | null
}

const form = /^([A-Z_]{1,40})(?:@(str_[0-9a-f]{32}(?:,str_[0-9a-f]{32}){0,19}))?$/

/**
 * Reads the header: `DEALER_SALES`, `DEALER_SALES@str_…` or `DEALER_SALES@str_…,str_…` with up to 20 stores.
 *
 * @returns null when there is no such header.
 * @throws {Refusal} 400 BAD_REQUEST - the header is there and says anything else, or is there twice.
 */
export function readViewAs(header: string | readonly string[] | undefined): ViewWish | null {
  if (header === undefined) return null
  const [, name, stores] = (typeof header === 'string' ? form.exec(header) : null) ?? []
  const role = principals.find((principal) => principal === name)
  if (!role)
    throw new Refusal(400, 'BAD_REQUEST', {
      message: `${VIEW_AS_HEADER} takes a role, such as DEALER_SALES, and may name stores: DEALER_SALES@str_….`,
    })
  const storeIds = stores?.split(',').flatMap((id) => decodeId('Store', id) ?? []) ?? null
  return { role, storeIds }
}
