import { join } from 'node:path'
import { TenantDatabase } from '@autora/shared/database'
import { roleUrlOf } from '../../kit/database.js'
import type { Child } from '../child.js'
import { ratioText, spreadOf, table } from './figures.js'
import type { AuditStage } from './stage.js'
import { type WriteKind, writesPerSecond } from './writers.js'

/** What is measured, and for how long. */
export interface WriteOptions {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
}

const counts = [1, 10, 100] as const
const delays = [0, 1_000] as const

interface Measured {
  readonly delay: number
  readonly tenants: number
  readonly plain: number
  readonly off: number
  readonly on: number
}

type Run = (kind: WriteKind, tenants: number, time?: number) => Promise<number>

/** The three that take turns. */
function sidesOf(run: Run, { adminUrl, home }: AuditStage, sequencer: Child, seconds: number) {
  const order = { url: roleUrlOf(adminUrl, 'sequencer'), state: join(home, 'state') }
  return {
    plain: (tenants: number) => run('PLAIN', tenants),
    off: (tenants: number) => run('AUDITED', tenants),
    on: async (tenants: number) => {
      await sequencer.order(order)
      await run('AUDITED', tenants, seconds / 4) // what was left behind before is no part of it
      const result = await run('AUDITED', tenants)
      await sequencer.order(null)
      return result
    },
  }
}

/** Audited against un-audited writes: within a round the three take turns, and the order turns from round to round. */
export async function writeCost(
  stage: AuditStage,
  sequencer: Child,
  tenantIds: readonly string[],
  options: WriteOptions,
): Promise<string> {
  const { connections, seconds, rounds } = options
  const url = roleUrlOf(stage.adminUrl, 'dealer_ops')
  const database = await TenantDatabase.open({ url, applicationName: 'bench', poolSize: connections })
  const run: Run = (kind, tenants, time = seconds) =>
    writesPerSecond({ database, kind, tenantIds: tenantIds.slice(0, tenants), connections, seconds: time })
  const sides = sidesOf(run, stage, sequencer, seconds)
  const results: Measured[] = []
  try {
    await run('AUDITED', 100, 1)
    for (const delay of delays) {
      await stage.setCommitDelay(delay)
      for (let round = 0; round < rounds; round += 1)
        for (const tenants of counts) {
          const measured: Record<string, number> = {}
          const names = Object.keys(sides) as (keyof typeof sides)[]
          for (const name of [...names.slice(round % 3), ...names.slice(0, round % 3)])
            measured[name] = await sides[name](tenants)
          results.push({ delay, tenants, ...(measured as Record<keyof typeof sides, number>) })
        }
    }
  } finally {
    await database.close()
    await stage.setCommitDelay(0)
  }
  return report(results)
}

function report(results: readonly Measured[]): string {
  const rows = delays.flatMap((delay) =>
    counts.map((tenants) => {
      const some = results.filter((one) => one.delay === delay && one.tenants === tenants)
      const ratio = (name: 'off' | 'on') => ratioText(spreadOf(some.map((one) => one[name] / one.plain)))
      const plain = spreadOf(some.map((one) => one.plain)).median.toFixed(0)
      return [
        delay ? `+ ${delay / 1000} ms` : 'as the disk is',
        String(tenants),
        plain,
        ratio('off'),
        ratio('on'),
      ]
    }),
  )
  return table(
    ['commit', 'tenants', 'un-audited writes/s', 'audited, sequencer off', 'audited, sequencer on'],
    rows,
  )
}
