import { randomUUID } from 'node:crypto'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { Child } from '../child.js'
import { bundleCost } from './bundle.js'
import { receiptCost } from './receipts.js'
import { sequencingSpeed } from './sequencing.js'
import { type AuditStage, fill, openAuditStage } from './stage.js'
import { writeCost } from './write-cost.js'

const number = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new Error('--rounds, --seconds, --connections and --events are numbers above 0')
  return value
}

function readOptions(given: readonly string[]) {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...given],
    options: {
      rounds: { ...text, default: '3' },
      seconds: { ...text, default: '3' },
      connections: { ...text, default: '16' },
      events: { ...text, default: '100000' },
    },
  })
  const { rounds, seconds, connections, events } = values
  return {
    rounds: number(rounds),
    seconds: number(seconds),
    connections: number(connections),
    events: number(events),
  }
}

async function measure(stage: AuditStage, sequencer: Child, options: ReturnType<typeof readOptions>) {
  const say = (text: string) => process.stdout.write(`${text}\n\n`)
  const tenantIds = Array.from({ length: 100 }, () => randomUUID())
  await fill(stage.adminUrl, tenantIds)
  say(`${cpus().length} cores, Node ${process.version}; sequencer, writers and PostgreSQL share them`)
  say(`Ratios to the un-audited write, ${options.connections} connections:`)
  say(await writeCost(stage, sequencer, tenantIds, options))
  say('A backlog sequenced, batches of 1,024:')
  say(await sequencingSpeed(stage, sequencer, tenantIds, Math.ceil(options.events / 2)))
  say('A bundle:')
  const tenantId = randomUUID()
  say(await bundleCost(stage, sequencer, tenantId, options.events))
  say('Receipts of its events:')
  say(await receiptCost(stage, tenantId))
}

/** `npm run bench -- audit`: what the trail costs. @throws {Error} on an unknown option or a bad value. */
export async function auditBench(given: readonly string[]): Promise<void> {
  const options = readOptions(given)
  const stage = await openAuditStage()
  const sequencer = Child.start('audit/sequencer', 'LOAD')
  try {
    await measure(stage, sequencer, options)
  } finally {
    await sequencer.stop()
    await stage.close()
  }
}
