import { Complaint } from '../terminal/complaint.js'

/** What a probe works with. */
export interface ProbeOptions {
  readonly gatewayUrl: string
  /** An access token of a Dealer Admin; asked for before every trial, because tokens are short-lived. */
  adminToken(): Promise<string>
  readonly trials: number
  /** Told after each trial. */
  onTrial?(count: number, ms: number): void
}

/** How long withdrawn keys were still accepted, in milliseconds. */
export interface ProbeResult {
  readonly trials: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly most: number
}

/** What is promised: nobody gets in longer than this after his right was withdrawn (security.md C17). */
export const REVOCATION_PROMISE_MS = 2_000

/** A key that is still accepted after so long is not measured any further. */
const GIVE_UP_MS = 10_000

const USE = '{ me { principal } }'
const PLACES = `query Places {
  partnerApps(first: 1) { edges { node { id } } }
  stores(first: 1) { edges { node { id } } } }`
const CREATE = `mutation Create($input: ApiKeyCreateInput!) {
  apiKeyCreate(input: $input) { apiKey { id } secret userErrors { code } } }`
const REVOKE = `mutation Revoke($input: ApiKeyRevokeInput!) {
  apiKeyRevoke(input: $input) { apiKey { id } userErrors { code } } }`

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its query
  readonly data: any
  readonly codes: string
}

async function send(url: string, credential: string, query: string, variables: object = {}): Promise<Answer> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    })
    const { data, errors = [] } = (await response.json()) as {
      data?: unknown
      errors?: readonly { extensions: { code: string } }[]
    }
    return {
      status: response.status,
      data,
      codes: errors.map(({ extensions }) => extensions.code).join(', '),
    }
  } catch (cause) {
    throw new Complaint(`The gateway at ${url} does not answer. Start it, or set AUTORA_GATEWAY_URL.`, {
      cause,
    })
  }
}

/** An answer without errors. @throws {Complaint} naming what could not be done and the code. */
async function demand(
  what: string,
  answered: Promise<Answer>,
  field: string,
  inner: string,
): Promise<Record<string, unknown>> {
  const { status, data, codes } = await answered
  const found = data?.[field]
  if (status === 200 && found?.[inner]) return found
  const own = (found?.userErrors ?? []).map(({ code }: { code: string }) => code).join(', ')
  throw new Complaint(
    `The probe could not ${what} (${codes || own || status}). It needs a token of a Dealer Admin.`,
  )
}

/** The application and the store that canary keys are made for. */
async function findPlace(url: string, token: string): Promise<{ appId: string; storeId: string }> {
  const { data, codes } = await send(url, token, PLACES)
  const appId = data?.partnerApps?.edges[0]?.node.id
  const storeId = data?.stores?.edges[0]?.node.id
  if (appId && storeId) return { appId, storeId }
  throw new Complaint(`The probe found no partner application and store to make keys for (${codes}).`)
}

/** One canary: made, used, withdrawn. @returns milliseconds from the withdrawal's answer to the first refusal. */
async function trial(
  url: string,
  token: string,
  place: { appId: string; storeId: string },
  label: string,
): Promise<number> {
  const { appId, storeId } = place
  const wish = { appId, label, scopes: ['appointments:availability'], storeIds: [storeId], expiresInDays: 1 }
  const created = await demand(
    'make a key',
    send(url, token, CREATE, { input: wish }),
    'apiKeyCreate',
    'secret',
  )
  const { apiKey, secret } = created as { apiKey: { id: string }; secret: string }
  const used = await send(url, secret, USE)
  await demand('end a key', send(url, token, REVOKE, { input: { id: apiKey.id } }), 'apiKeyRevoke', 'apiKey')
  const revokedAt = performance.now()
  if (used.status !== 200)
    throw new Complaint(`A new key was not accepted (${used.codes || used.status}): nothing to measure.`)
  while (performance.now() - revokedAt < GIVE_UP_MS) {
    const { status } = await send(url, secret, USE)
    if (status === 401) return performance.now() - revokedAt
    if (status !== 200) throw new Complaint(`The gateway answered ${status}: nothing to measure.`)
  }
  return Number.POSITIVE_INFINITY
}

/**
 * Measures how long a withdrawn key goes on working, with real keys through the front door. Leaves nothing behind but
 * ended keys.
 *
 * @throws {Complaint} when keys cannot be made, used or ended.
 */
export async function probeRevocation(options: ProbeOptions): Promise<ProbeResult> {
  const { gatewayUrl, trials, adminToken } = options
  const place = await findPlace(gatewayUrl, await adminToken())
  const times: number[] = []
  for (let count = 1; count <= trials; count++) {
    times.push(await trial(gatewayUrl, await adminToken(), place, `Revocation probe ${count}`))
    options.onTrial?.(count, times.at(-1) ?? 0)
  }
  times.sort((one, other) => one - other)
  const rank = (share: number) => times[Math.ceil(share * times.length) - 1] ?? Number.POSITIVE_INFINITY
  return { trials, p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), most: rank(1) }
}
