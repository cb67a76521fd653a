import { homeOf } from '../installation/home.js'
import { readRecord } from '../installation/record.js'
import type { Surroundings } from '../terminal/command.js'
import { Complaint, UsageError } from '../terminal/complaint.js'
import { type ProbeResult, probeRevocation, REVOCATION_PROMISE_MS } from './revocation-probe.js'
import { demoToken } from './token.js'

/** Trials that are made at most. */
const MOST_TRIALS = 10_000

/** How many trials were asked for. @throws {UsageError} when that is no number of trials. */
export function readTrials(text: string): number {
  const trials = Number(text)
  if (/^\d{1,5}$/.test(text) && trials >= 1 && trials <= MOST_TRIALS) return trials
  throw new UsageError(`--trials must be a number from 1 to ${MOST_TRIALS}, not '${text}'.`)
}

/** The result as one line. */
export const lineOfProbe = ({ trials, p50, p90, p99, most }: ProbeResult): string => {
  const times = Object.entries({ p50, p90, p99, max: most })
  return `${trials} trials, from withdrawal to first refusal: ${times.map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`).join(', ')}`
}

/** `autora doctor --revocation`: 0 when the promise holds, 1 when not. */
export async function doctorRevocation(trials: number, on: Surroundings): Promise<number> {
  const home = homeOf(on.environment)
  const gatewayUrl = on.environment.AUTORA_GATEWAY_URL || readRecord(home)?.urls.gateway
  if (!gatewayUrl)
    throw new Complaint('There is no gateway to probe. Run npm start first, or set AUTORA_GATEWAY_URL.')
  const adminToken = async () => {
    const token = on.environment.AUTORA_TOKEN || (await demoToken(home, 'admin'))
    if (!token) throw new Complaint('Set AUTORA_TOKEN to an access token of a Dealer Admin.')
    return token
  }
  const result = await probeRevocation({ gatewayUrl, adminToken, trials })
  on.out(lineOfProbe(result))
  const holds = result.p99 < REVOCATION_PROMISE_MS
  on.out(
    `${holds ? 'pass' : 'fail'}  a withdrawn right ends within ${REVOCATION_PROMISE_MS / 1000} s (99 of 100)`,
  )
  return holds ? 0 : 1
}
