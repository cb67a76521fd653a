import { codes, type ErrorCode } from '@autora/shared/errors'
import { Refusal } from './refusal.js'

/**
 * The refusal that a subgraph's route answered, with a code of the catalogue or none of its words at all.
 *
 * @param passed - statuses that mean the same to the client.
 */
export function passedRefusal(status: number, body: Buffer, passed: ReadonlySet<number>): Refusal {
  if (!passed.has(status))
    return status === 503
      ? new Refusal(503, 'SERVICE_UNAVAILABLE')
      : new Refusal(500, 'INTERNAL_SERVER_ERROR')
  const answered = JSON.parse(body.toString('utf8')) as {
    errors?: { message?: string; extensions?: { code?: string; reason?: string } }[]
  }
  const { message, extensions } = answered.errors?.[0] ?? {}
  const code = extensions?.code
  if (!code || !Object.hasOwn(codes, code)) return new Refusal(500, 'INTERNAL_SERVER_ERROR')
  const reason = extensions.reason
  return new Refusal(status, code as ErrorCode, {
    errors: [
      {
        message: message ?? codes[code as ErrorCode],
        extensions: { code, ...(reason && { reason }) },
      },
    ],
  })
}
