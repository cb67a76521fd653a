import { codes, type ErrorCode } from '@autora/shared/errors'

/** One entry of `errors` in an answer. */
export interface OutwardError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly locations?: readonly { readonly line: number; readonly column: number }[]
  readonly extensions: { readonly code: string } & Readonly<Record<string, unknown>>
}

/** What a refusal may say beside status and code. */
export interface RefusalDetails {
  /** A sentence that is more exact than the one of the catalogue. */
  readonly message?: string
  /** Several errors instead of the one that code and message make. */
  readonly errors?: readonly OutwardError[]
  readonly headers?: Readonly<Record<string, string>>
  /** Why, for the log only. */
  readonly logged?: string
  /** The rest of the request is not worth reading: the connection ends with the answer. */
  readonly closes?: boolean
}

/** A request that is not carried out: thrown anywhere before execution, turned into an answer at one place. */
export class Refusal extends Error {
  readonly errors: readonly OutwardError[]

  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    readonly details: RefusalDetails = {},
  ) {
    super(details.message ?? codes[code])
    this.name = 'Refusal'
    this.errors = details.errors ?? [{ message: this.message, extensions: { code } }]
  }
}
