import type { ErrorCode } from '@autora/shared/errors'
import { z } from 'zod'
import type { CallAnswer } from '../calls/index.js'

/** What the holder of a key with the right secret may be told; any other refusal is the same for everybody. */
const told = [
  'KEY_EXPIRED',
  'KEY_NOT_YET_VALID',
  'KEY_ADDRESS_REFUSED',
] as const satisfies readonly ErrorCode[]

const form = z.object({ errors: z.tuple([z.object({ extensions: z.object({ code: z.enum(told) }) })]) })

/** The code of a refusal by identity that goes out; undefined when it is nobody's business. */
export function toldCode({ status, body }: CallAnswer): ErrorCode | undefined {
  if (status !== 401) return undefined
  const read = form.safeParse(JSON.parse(body.toString('utf8')))
  return read.success ? read.data.errors[0].extensions.code : undefined
}
