import type { Environment } from '@autora/shared/config'
import type { Home } from '../installation/home.js'
import { readRecord } from '../installation/record.js'
import type { ServiceName } from '../serve/names.js'
import { type Finding, judge, skip } from './finding.js'
import { doctorToken } from './token.js'

const addresses = {
  gateway: 'AUTORA_GATEWAY_URL',
  identity: 'AUTORA_IDENTITY_URL',
  'dealer-ops': 'AUTORA_DEALER_OPS_URL',
  audit: 'AUTORA_AUDIT_URL',
} as const satisfies Record<ServiceName, string>

interface Answer {
  readonly status: number
  readonly text: string
}

/** One request; null when nothing answers. */
async function ask(url: string, init: RequestInit = {}): Promise<Answer | null> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5000) })
    return { status: response.status, text: await response.text() }
  } catch {
    return null // not running is a finding of its own
  }
}

const post = (url: string, body: unknown, token: string | null): Promise<Answer | null> =>
  ask(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })

const refused = (claim: string, answer: Answer | null): Finding =>
  judge(
    claim,
    answer !== null &&
      !/"data":\{/.test(answer.text) &&
      (answer.status >= 400 || /"errors":\[/.test(answer.text)),
    answer ? `it answered ${answer.status}` : 'it did not answer',
  )

/** What the processes do when they are asked for what they must refuse. */
export async function checkServices(environment: Environment, home: Home): Promise<readonly Finding[]> {
  const urls = readRecord(home)?.urls
  const urlOf = (name: ServiceName) => environment[addresses[name]] || urls?.[name] || null
  const subgraphs = (['identity', 'dealer-ops', 'audit'] as const).map((name) =>
    checkSubgraph(name, urlOf(name)),
  )
  return [...(await checkGateway(environment, home, urlOf('gateway'))), ...(await Promise.all(subgraphs))]
}

async function checkGateway(
  environment: Environment,
  home: Home,
  url: string | null,
): Promise<readonly Finding[]> {
  const live = url && (await ask(`${url}/health/live`))
  if (!url || !live) return [skip('the gateway', url ? `not running at ${url}` : `set ${addresses.gateway}`)]
  const token = environment.AUTORA_TOKEN || (await doctorToken(home))
  const query = { query: '{ __typename }' }
  const get = ask(`${url}/graphql?query=%7B__typename%7D`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  })
  return [
    refused('the gateway refuses who is nobody', await post(url, query, null)),
    refused('the gateway refuses several operations in one request', await post(url, [query, query], token)),
    refused('the gateway refuses operations in the address', await get),
    await checkIntrospection(environment, home, url, token),
  ]
}

async function checkIntrospection(
  environment: Environment,
  home: Home,
  url: string,
  token: string | null,
): Promise<Finding> {
  const claim = 'the gateway refuses introspection'
  const isDevelopment =
    (environment.AUTORA_PROFILE || (readRecord(home) ? 'development' : '')) === 'development'
  if (isDevelopment) return skip(claim, 'it is open in the development profile')
  if (!token)
    return skip(claim, 'set AUTORA_TOKEN to an access token, so that there is somebody to refuse it to')
  return refused(claim, await post(url, { query: '{ __schema { queryType { name } } }' }, token))
}

async function checkSubgraph(name: ServiceName, url: string | null): Promise<Finding> {
  const claim = `${name} refuses calls that the gateway did not sign`
  if (!url || !(await ask(`${url}/health/live`)))
    return skip(claim, url ? `not running at ${url}` : `set ${addresses[name]}`)
  return refused(claim, await post(url, { query: '{ _service { sdl } }' }, null))
}
