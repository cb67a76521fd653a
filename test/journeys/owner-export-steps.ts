import { createHash } from 'node:crypto'
import type { Answer, Client } from '../kit/client.js'

/** A reason that is long enough. */
export const reason = 'The regulator asked for it in writing'

const FIELDS = 'id state format from to actions reason downloadableUntil decidedAt downloadedAt'
const ASK = `mutation A($input: AuditExportRequestInput!) {
  auditExportRequest(input: $input) { auditExport { ${FIELDS} } userErrors { code field } } }`
/** Approves a request. */
export const APPROVE = `mutation P($id: ID!) {
  auditExportApprove(input: { id: $id }) { auditExport { ${FIELDS} } userErrors { code } } }`
/** Rejects a request. */
export const REJECT = `mutation R($id: ID!) {
  auditExportReject(input: { id: $id }) { auditExport { ${FIELDS} } userErrors { code } } }`

/** Requests and how they stand. */
export const LIST = `query L($after: String) { auditExports(first: 100, after: $after) {
  edges { node { id state } } pageInfo { hasNextPage endCursor } } }`
/** The trail, page by page. */
export const EVENTS = `query E($after: String) { auditEvents(first: 100, after: $after) {
  edges { node { sequence action outcome actorPrincipal requestId targetType detail position { index } } }
  pageInfo { hasNextPage endCursor } } }`

/** Asks to export. */
export const ask = (client: Client, filter: object, why = reason) =>
  client.send(ASK, { input: { filter, reason: why } })

/** Downloads what was approved. @param more - parameters that should not be there. */
export const download = (client: Client, id: string, more: Record<string, string> = {}) =>
  client.get(`/audit/export?${new URLSearchParams({ request: id, ...more })}`)

/** What an answer says by itself. */
export const codeOf = ({ status, errors }: Answer) => `${status} ${errors[0]?.extensions.code}`

/** The uuid in an id. */
export const uuidOf = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** A line of an export. */
export interface Line {
  readonly index: number
  readonly action: string
  readonly outcome: string
  readonly actor: { readonly principal: string }
  readonly requestId: string
  readonly target: { readonly type: string }
  readonly detail: object
  readonly leaf: string | null
  readonly leafHash: string
}

/** The lines of an export, and its trailer, which must say what came before it. */
export function whole(text: string) {
  const lines = text.trimEnd().split('\n')
  const last = lines.pop() ?? ''
  const { trailer } = JSON.parse(last)
  const before = text.slice(0, text.length - last.length - 1)
  expect(trailer.count).toBe(lines.length)
  expect(trailer.sha256).toBe(createHash('sha256').update(before).digest('hex'))
  return { lines: lines.map((line): Line => JSON.parse(line)), trailer }
}
