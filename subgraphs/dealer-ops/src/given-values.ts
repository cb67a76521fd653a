import { invalid } from '@autora/shared/errors'
import { z } from 'zod'

/** Characters that PostgreSQL cannot keep: NUL, and halves of a pair. */
const unstorable = /[\0\p{Surrogate}]/u

/** A text a person gave, with something in it besides white space. */
export const text = (most: number) =>
  z
    .string()
    .max(most, `must have at most ${most} characters`)
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine((value) => !unstorable.test(value), 'must not contain NUL or broken characters')

/** As `text`; may be left out or be null, and comes out as null then. */
export const optionalText = (most: number) =>
  text(most)
    .nullish()
    .transform((value) => value ?? null)

/** An e-mail address as people write it: not judged by more than its form. */
export const emailAddress = text(254).refine(
  (value) => /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(value),
  'must be an e-mail address',
)

/**
 * Checks what a client gave.
 * @throws {DomainError} INVALID - with the path of the first value at fault; the value itself is not quoted.
 */
export function checked<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = (issue?.path ?? []).map(String)
  throw invalid('INVALID', { field, message: `${field.join('.')} ${issue?.message ?? 'is not acceptable'}.` })
}
