import type { Environment } from '@autora/shared/config'
import type { Home } from '../installation/home.js'
import { readRecord } from '../installation/record.js'
import { type Finding, judge, skip } from './finding.js'

interface Metadata {
  readonly issuer?: string
  readonly jwks_uri?: string
}

async function ask<T>(url: string): Promise<T | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
    return response.ok ? ((await response.json()) as T) : null
  } catch {
    return null // not running, which is a finding of its own
  }
}

/** Whether the issuer of the tokens says who it is, and publishes keys that can only verify. */
export async function checkIssuer(environment: Environment, home: Home): Promise<readonly Finding[]> {
  const url = environment.AUTORA_ISSUER || readRecord(home)?.issuer
  if (!url) return [skip('the issuer', 'set AUTORA_ISSUER')]
  const metadata = await ask<Metadata>(`${url}/.well-known/openid-configuration`)
  if (!metadata) return [skip('the issuer', `not running at ${url}`)]
  const published = await ask<{ keys: readonly Readonly<Record<string, unknown>>[] }>(metadata.jwks_uri ?? '')
  const keys = published?.keys ?? []
  return [
    judge(
      'the issuer is who it says it is',
      metadata.issuer === url,
      `it says ${metadata.issuer ?? 'nothing'}`,
    ),
    judge('the issuer publishes its keys', keys.length > 0, 'there is none'),
    judge(
      'the published keys are public halves',
      keys.every((key) => !('d' in key)),
      'one can sign',
    ),
  ]
}
