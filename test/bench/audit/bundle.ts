import { once } from 'node:events'
import { createWriteStream, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exportBundle } from '@autora/audit'
import { SystemDatabase } from '@autora/shared/database'
import { verifyBundle } from '@autora/shared/evidence'
import { roleUrlOf } from '../../kit/database.js'
import type { Child } from '../child.js'
import { table } from './figures.js'
import { benchPolicy, WINDOW_SECONDS } from './policy.js'
import { backlog, drain } from './sequencing.js'
import type { AuditStage } from './stage.js'

async function write(stage: AuditStage, tenantId: string, path: string): Promise<void> {
  const database = await SystemDatabase.open({
    url: roleUrlOf(stage.adminUrl, 'auditor'),
    applicationName: 'bench',
    onLost: () => undefined, // told by the query that runs into it
  })
  const file = createWriteStream(path)
  for await (const line of exportBundle(database, tenantId, WINDOW_SECONDS))
    if (!file.write(`${line}\n`)) await once(file, 'drain')
  file.end()
  await once(file, 'finish')
  await database.close()
}

/** A bundle of many events: written, and verified. */
export async function bundleCost(
  stage: AuditStage,
  sequencer: Child,
  tenantId: string,
  events: number,
): Promise<string> {
  await backlog(stage, [tenantId], events)
  await drain(stage, sequencer)
  const path = join(stage.home, 'bundle.ndjson')
  const begin = performance.now()
  await write(stage, tenantId, path)
  const written = performance.now()
  const policy = await benchPolicy(stage.adminUrl, tenantId)
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  const read = performance.now()
  const verdict = verifyBundle(lines, policy, new Date())
  const verified = performance.now()
  if (verdict.verdict !== 'VERIFIED') throw new Error(`the bundle is ${verdict.verdict}: ${verdict.why}`)
  return table(
    ['events', 'bytes', 'written in s', 'verified in s', 'verified events/s'],
    [
      [
        String(verdict.events),
        String(statSync(path).size),
        ((written - begin) / 1000).toFixed(1),
        ((verified - read) / 1000).toFixed(1),
        ((verdict.events * 1000) / (verified - read)).toFixed(0),
      ],
    ],
  )
}
