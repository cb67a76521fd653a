import { existsSync, readFileSync } from 'node:fs'
import { type Environment, evidenceSettings, readConfig } from '@autora/shared/config'
import {
  type LogKey,
  openLogCheckpoint,
  parseVerifierKey,
  readCosignatures,
  readLogKeys,
  TlogError,
  type VerifierKey,
} from '@autora/shared/tlog'
import type { Client } from 'pg'
import { withDatabase } from '../database/admin.js'
import { externalTarget, runningTarget } from '../database/targets.js'
import { defaultWindow } from '../evidence/policy-text.js'
import type { Home } from '../installation/home.js'
import { runningPid } from '../installation/lock.js'
import { host, portSettings } from '../start/plan.js'
import { type Finding, judge, skip } from './finding.js'

/** How far the log may be behind the trail before the doctor says so, in seconds. */
const MOST_LAG_SECONDS = 60

/** What the log over the trail is held against. */
export interface TrailToCheck {
  readonly db: Client
  readonly log: readonly LogKey[]
  readonly witnesses: readonly VerifierKey[]
  /** Longest time without a witness, in seconds. */
  readonly windowSeconds: number
}

/** Whether the log over the trail is written, signed with the keys that policies name, and seen by others. */
export async function checkTrail(environment: Environment, home: Home): Promise<readonly Finding[]> {
  const processes = await Promise.all([
    checkProcess('sequencer', environment, home),
    checkProcess('witness', environment, home),
  ])
  const target = externalTarget(environment) ?? runningTarget(home)
  const believed = believedKeys(environment, home)
  if (!target || !believed)
    return [...processes, skip('the log over the trail', 'set DATABASE_URL, AUTORA_LOG and AUTORA_WITNESSES')]
  return [...processes, ...(await withDatabase(target, (db) => examineLog({ db, ...believed })))]
}

/**
 * Keys and window as AUTORA_LOG and AUTORA_WITNESSES name them, or the policy of the installation that runs here; null
 * where there is neither.
 */
export function believedKeys(environment: Environment, home: Home): Omit<TrailToCheck, 'db'> | null {
  if (environment.AUTORA_LOG) {
    const { AUTORA_LOG, AUTORA_WITNESSES } = readConfig(evidenceSettings, environment)
    return {
      log: readLogKeys(AUTORA_LOG),
      witnesses: AUTORA_WITNESSES.map(({ key }) => parseVerifierKey(key)),
      windowSeconds: defaultWindow,
    }
  }
  if (!existsSync(home.policy)) return null
  const lines = readFileSync(home.policy, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
  const of = (word: string) => lines.filter(([first]) => first === word).map(([, ...rest]) => rest)
  return {
    log: readLogKeys(of('log').map(([key = '', from = '0']) => ({ key, from: Number(from) }))),
    witnesses: of('witness').map(([key = '']) => parseVerifierKey(key)),
    windowSeconds: Number(of('window')[0]?.[0] ?? defaultWindow),
  }
}

async function checkProcess(
  name: 'sequencer' | 'witness',
  environment: Environment,
  home: Home,
): Promise<Finding> {
  const claim = `the ${name} is well`
  const { variable, default: port } = portSettings[name]
  const own = runningPid(home) === null ? null : `http://${host}:${environment[variable] || port}`
  const setting = `AUTORA_${name.toUpperCase()}_URL`
  const url = environment[setting] || own
  if (!url) return skip(claim, `set ${setting}`)
  return checkHealth(claim, url)
}

/** What a process says of itself. @param claim - what holds when it is well. */
export async function checkHealth(claim: string, url: string): Promise<Finding> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5000) })
    const { status } = (await response.json()) as { status: string }
    return judge(claim, response.ok && status === 'ok', `it says it is ${status}`)
  } catch {
    return judge(claim, false, `it does not answer at ${url}`)
  }
}

interface Newest {
  readonly note: string
  readonly seconds: number
}

/** The claims about what stands in the database. */
export async function examineLog({
  db,
  log,
  witnesses,
  windowSeconds,
}: TrailToCheck): Promise<readonly Finding[]> {
  const [lag] = (
    await db.query<{ seconds: number; events: string }>(
      'select seconds, events from audit.trail_lag(1000000)',
    )
  ).rows
  const [newest] = (
    await db.query<Newest>(
      `select note, extract(epoch from clock_timestamp() - recorded_at)::float8 as seconds
         from audit.checkpoint order by size desc limit 1`,
    )
  ).rows
  if (!newest || !lag) return [judge('the log over the trail has begun', false, 'run a sequencer')]
  const isSigned = holds(() => openLogCheckpoint(newest.note, log))
  const seenBy = holds(() => readCosignatures(newest.note, witnesses).length > 0)
  return [
    judge(
      `the log is at most ${MOST_LAG_SECONDS} s behind the trail`,
      lag.seconds <= MOST_LAG_SECONDS,
      `${lag.events} events wait, the oldest for ${Math.round(lag.seconds)} s`,
    ),
    judge(
      `the newest checkpoint is younger than the window of ${windowSeconds} s`,
      newest.seconds <= windowSeconds,
      `it is ${Math.round(newest.seconds)} s old`,
    ),
    judge('the key in use is the one that the policy names', isSigned, 'renew the policy: autora log keys'),
    judge('a witness that the policy names saw the newest checkpoint', seenBy, 'is the witness running?'),
  ]
}

function holds(look: () => unknown): boolean {
  try {
    return look() !== false
  } catch (error) {
    if (error instanceof TlogError) return false
    throw error
  }
}
