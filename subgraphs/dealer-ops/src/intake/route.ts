import type { InternalRoute } from '@autora/shared/graphql'
import type { Vault } from '@autora/shared/vault'
import { submitDocument } from './service.js'

/** Header that names the store a document is for, by its code. */
const STORE_HEADER = 'x-autora-store-code'

/** The route by which the gateway hands in ADF documents of partners' keys. */
export const intakeRoute =
  (vault: Vault): InternalRoute =>
  (ctx, body, headers) => {
    const code = headers[STORE_HEADER]
    return submitDocument(ctx, vault, { body, storeCode: typeof code === 'string' ? code : null })
  }
