import { isUtf8 } from 'node:buffer'
import { Refusal } from '../answers/index.js'
import { checkValue, isUnsafeName, limitExceeded } from './values.js'

/** A GraphQL request as it may go on. */
export interface Payload {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

const known: ReadonlySet<string> = new Set(['query', 'operationName', 'variables', 'extensions'])

const badRequest = (message: string) => new Refusal(400, 'BAD_REQUEST', { message })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseObject(body: Buffer): Record<string, unknown> {
  if (!isUtf8(body)) throw badRequest('The body is not UTF-8.')
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new Refusal(400, 'BAD_REQUEST', {
      message: 'The body is not JSON.',
      logged: String((cause as Error).name),
    })
  }
  if (!isObject(parsed)) throw badRequest('The body must be one JSON object; batches are not taken.')
  return parsed
}

function readVariables(variables: unknown): Readonly<Record<string, unknown>> {
  if (variables === undefined || variables === null) return {}
  if (!isObject(variables)) throw badRequest('variables must be an object.')
  const count = Object.keys(variables).length
  limitExceeded('variables', count)
  checkValue(variables, 0)
  return variables
}

/**
 * Reads the body of a GraphQL request.
 *
 * @throws {Refusal} 400 BAD_REQUEST - not one object in the form of a GraphQL request, or a persisted query.
 * @throws {Refusal} 400 OPERATION_LIMIT_EXCEEDED - variables too many, too deep, or with too long a list.
 */
export function readPayload(body: Buffer): Payload {
  const request = parseObject(body)
  for (const key of Object.keys(request))
    if (!known.has(key)) throw badRequest('The body has an unknown key.')
  const { query, operationName, variables, extensions } = request
  if (typeof query !== 'string' || query.trim() === '') throw badRequest('query must be a GraphQL document.')
  if (query.includes('\0')) throw badRequest('The document holds a NUL character.')
  if (operationName !== undefined && operationName !== null)
    if (
      typeof operationName !== 'string' ||
      isUnsafeName(operationName) ||
      !/^\w{1,200}$/.test(operationName)
    )
      throw badRequest('operationName must be the name of an operation.')
  if (extensions !== undefined && extensions !== null) {
    if (!isObject(extensions)) throw badRequest('extensions must be an object.')
    if (Object.hasOwn(extensions, 'persistedQuery')) throw badRequest('Persisted queries are not taken.')
  }
  return {
    query,
    operationName: typeof operationName === 'string' ? operationName : undefined,
    variables: readVariables(variables),
  }
}
