import { parseArgs } from 'node:util'
import { type CrashReport, crashRun } from './crash-run.js'

const defaults = { kills: '60', stops: '3' } as const

const rows: readonly (readonly [keyof CrashReport, string])[] = [
  ['kills', 'sequencers killed (SIGKILL)'],
  ['killsOfLeaders', '  of them while leading'],
  ['stops', 'immediate stops of PostgreSQL'],
  ['rolledBack', 'transactions rolled back'],
  ['acknowledged', 'events acknowledged'],
  ['events', 'events in the database'],
  ['lost', 'acknowledged and lost'],
  ['doubled', 'doubled'],
  ['gaps', 'trees with a gap'],
  ['wrongHashes', 'leaves with a wrong hash'],
  ['batches', 'batches'],
  ['checkpoints', 'checkpoints published'],
  ['cosigned', '  of them cosigned'],
  ['faultyCheckpoints', 'faulty or contradicting checkpoints'],
  ['refusedByWitness', 'genuine ones refused by the witness'],
  ['verifiedTenants', 'trails verified offline'],
  ['tenants', '  of'],
  ['lostByIdCursor', 'what a cursor on the id would have lost'],
  ['seconds', 'seconds'],
]

/** What has to be nothing. */
const faults = ['lost', 'doubled', 'gaps', 'wrongHashes', 'faultyCheckpoints', 'refusedByWitness'] as const

async function main(): Promise<number> {
  const options = { kills: { type: 'string' }, stops: { type: 'string' } } as const
  const values = { ...defaults, ...parseArgs({ options }).values }
  const plan = { kills: Number(values.kills), stops: Number(values.stops) }
  if (!Object.values(plan).every((number) => Number.isSafeInteger(number) && number >= 0)) {
    process.stderr.write('Usage: npm run crash -- [--kills 60] [--stops 3]\n')
    return 2
  }
  const report = await crashRun(plan)
  for (const [name, title] of rows)
    process.stdout.write(`${title.padEnd(44)}${report[name].toLocaleString('en').padStart(10)}\n`)
  const isGood = faults.every((name) => report[name] === 0) && report.verifiedTenants === report.tenants
  process.stdout.write(isGood ? 'Nothing was lost.\n' : 'SOMETHING WAS LOST.\n')
  return isGood ? 0 : 1
}

void main().then((code) => {
  process.exitCode = code
})
