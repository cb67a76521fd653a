import { invalid } from '@autora/shared/errors'
import { z } from 'zod'

/** Characters that a line cannot have: control characters, and halves of a pair. */
const unstorable = /[\p{Cc}\p{Surrogate}]/u

/** One line of text a person gave, with something in it besides white space. */
export const text = (most: number, least = 1) =>
  z
    .string()
    .min(least, `must have at least ${least} characters`)
    .max(most, `must have at most ${most} characters`)
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine((value) => !unstorable.test(value), 'must be one line without broken characters')

/** As `text`; may be left out or be null. */
export const optionalText = (least: number, most: number) => text(most, least).nullish()

/** A currency, ISO 4217. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'must be a currency such as ZAR')

/** A short name for addresses and files. */
export const shortCode = z
  .string()
  .regex(/^[a-z0-9-]{2,40}$/, 'must have 2 to 40 characters: lower case, digits, dashes')

/** A country, ISO 3166-1 alpha-2. */
export const countryCode = z.string().regex(/^[A-Z]{2}$/, 'must be a country such as ZA')

/**
 * Checks what a client gave.
 *
 * @param within - path of the checked value inside the input.
 * @throws {DomainError} INVALID - with the path of the first value at fault; the value itself is not quoted.
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  within: readonly string[] = [],
): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = (issue?.path ?? []).map(String)
  throw invalid('INVALID', {
    field: [...within, ...path],
    message: `${path.join('.')} ${issue?.message ?? 'is not acceptable'}.`,
  })
}
