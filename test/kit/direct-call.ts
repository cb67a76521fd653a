import { randomBytes } from 'node:crypto'
import { type Principal, usualPolicy } from '@autora/shared/access'
import {
  type Actor,
  type Caller,
  encodeCaller,
  hopHeaders,
  hopKey,
  PLATFORM_TENANT,
  type RowReach,
  type SealKey,
  type Subgraph,
  sealContext,
  signHop,
} from '@autora/shared/actor'
import { testKeys } from './secrets.js'

/** An actor with the usual defaults. */
export const actorOf = (principal: Principal, parts: Partial<Actor> & { reach?: RowReach } = {}): Actor => ({
  kind: 'USER',
  principal,
  id: 'aaaaaaaa-0000-4000-8000-000000000001',
  tenantId: PLATFORM_TENANT,
  reach: 'PLATFORM',
  storeIds: [],
  membershipId: null,
  sessionId: null,
  assurance: { level: 'MFA', at: Math.floor(Date.now() / 1000) },
  appId: null,
  grant: null,
  scopes: [],
  purpose: 'SALES_ENQUIRY',
  policy: { version: 1, ...usualPolicy },
  ...parts,
})

/** A seal for an actor, good for 15 s unless `now` (Unix seconds) says otherwise. */
export const sealFor = (
  actor: Actor,
  audience: Subgraph,
  now = Date.now() / 1000,
  key: SealKey = testKeys.seal,
): string => sealContext({ actor, requestId: 'test-request' }, audience, key, now)

/** How a direct call differs from the one the gateway would make. */
export interface DirectCall {
  readonly audience: Subgraph
  readonly actor: Actor
  readonly path?: string
  /** Sent instead of an operation. */
  readonly body?: object
  /** Signed for this path instead. */
  readonly signedPath?: string
  /** Unix seconds at which it was signed. */
  readonly signedAt?: number
  /** Signed for this subgraph instead. */
  readonly signedFor?: Subgraph
  readonly seal?: string
  readonly headers?: (headers: Record<string, string>) => Record<string, string>
}

/** Calls a subgraph past the gateway, signed as the gateway would unless told otherwise. */
export async function callDirectly(
  url: string,
  call: DirectCall,
  query: string,
  variables: object = {},
): Promise<{ status: number; text: string }> {
  const path = call.path ?? '/graphql'
  const now = call.signedAt ?? Date.now() / 1000
  const signedFor = call.signedFor ?? call.audience
  const body = JSON.stringify(call.body ?? { query, variables })
  const caller: Caller = { actor: call.actor, requestId: 'test-request' }
  const parts = {
    audience: signedFor,
    path: call.signedPath ?? path,
    caller: encodeCaller(caller),
    seal: call.seal ?? sealFor(call.actor, signedFor, now),
    body,
  }
  const signature = signHop(
    hopKey(testKeys.hopSecret, signedFor),
    parts,
    now,
    randomBytes(16).toString('base64url'),
  )
  const headers = {
    'content-type': 'application/json',
    [hopHeaders.caller]: parts.caller,
    [hopHeaders.seal]: parts.seal,
    [hopHeaders.signature]: signature,
  }
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: call.headers?.(headers) ?? headers,
    body,
  })
  return { status: response.status, text: await response.text() }
}
