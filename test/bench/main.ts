import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { encodeId } from '@autora/shared/request'
import { newIssuerKey } from '../kit/tokens.js'
import { auditBench } from './audit/main.js'
import { Child } from './child.js'
import { type BenchOptions, readOptions } from './options.js'
import { pin } from './pinning.js'
import { benchQueries } from './queries.js'
import { summarize, tables } from './report.js'
import { runRounds } from './rounds.js'
import { startSides } from './sides.js'
import { openStage, type Stage } from './stage.js'

const say = (line: string) => void process.stderr.write(`${line}\n`)

async function compareOn(stage: Stage, options: BenchOptions, machine: object): Promise<void> {
  const children: Child[] = []
  try {
    const issuerKey = newIssuerKey()
    const sides = await startSides(stage, issuerKey, options.profileTo, children)
    const load = Child.start('load', 'LOAD')
    children.push(load)
    const queries = benchQueries(encodeId('Store', stage.asker.storeId))
    const { asker, postgresPid } = stage
    const field = { sides, load, issuerKey, asker, postgresPid, options }
    const results = await runRounds(field, queries, say)
    const rows = summarize(queries, results)
    process.stdout.write(`${tables(rows)}\n`)
    if (options.json)
      writeFileSync(options.json, `${JSON.stringify({ machine, options, rows, results }, null, 2)}\n`)
  } finally {
    await Promise.all(children.map((child) => child.stop()))
  }
}

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2)
  if (first === 'audit') return auditBench(rest)
  const options = readOptions(process.argv.slice(2))
  const isPinned = pin(process.pid, 'SERVICES') // PostgreSQL inherits it
  say(`loading the demo network, profile ${options.profile}`)
  const stage = await openStage(options.profile)
  const machine = {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? '',
    node: process.version,
    postgres: stage.postgresVersion,
    isPinned,
  }
  say(
    `${machine.cores} cores, Node ${machine.node}, PostgreSQL ${machine.postgres}, ${isPinned ? 'pinned' : 'not pinned'}, ` +
      `store with ${stage.asker.leads} leads`,
  )
  try {
    await compareOn(stage, options, machine)
  } finally {
    await stage.close()
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? String(error.stack) : String(error))
  process.exitCode = 1
})
