import { join } from 'node:path'
import { CheckpointFolder, Monitor, type MonitorFinding, MonitorMemory } from '@autora/audit'
import { loginRole, SystemDatabase } from '@autora/shared/database'
import { asRole } from '../database/admin.js'
import { requireTarget } from '../database/targets.js'
import { believedKeys } from '../doctor/trail.js'
import { homeOf } from '../installation/home.js'
import { preparationFor } from '../installation/preparation.js'
import { publicLogAt } from '../public-log/index.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { Complaint, UsageError } from '../terminal/complaint.js'
import { lookFromOutside } from './from-outside.js'

const help = `Usage: autora monitor --state <folder> [--full]
       autora monitor --state <folder> --log <address>

Follows the log from outside: checks every checkpoint that was published since the last round against those it kept
itself, hashes all new events again, and once a day, or with --full, everything there is. Run it as often as you like, by
another administration than the platform's, with a folder of its own. It reads as the role autora_auditor, which can
change nothing.

  --state  folder of what it saw: kept for ever, never restored from a copy
  --full   look at everything now
  --log    follow the published log at an address such as https://api.example/trail instead, without any access to the
           database: the newest checkpoint, its root made from the published hashes, and that it goes on from the one kept

Exit code: 0 nothing was found, 10 something is not as it was: one line each.

Without settings it works on the installation that runs here. Elsewhere it needs those of autora migrate, and:

  AUTORA_LOG        public keys of the log
  AUTORA_WITNESSES  <public key>=<URL> of each witness`

const options = {
  state: { type: 'string' },
  full: { type: 'boolean', default: false },
  log: { type: 'string' },
} as const

/** A finding as people and machines read it. */
export const lineOfFinding = ({ kind, tenantId, at, why }: MonitorFinding): string =>
  `${kind}  ${tenantId === null ? '' : `tenant ${tenantId} `}${placeWords[kind]} ${at}: ${why}`

const placeWords = {
  EVENT: 'index',
  TREE: 'size',
  FOREST: 'batch',
  LOG: 'batch',
  CHECKPOINT: 'size',
} as const satisfies Record<MonitorFinding['kind'], string>

/** `autora monitor`: one round over log and trail. */
export const monitorCommand: Command = {
  help,
  async run(args, on) {
    const { values } = readArguments('monitor', args, options)
    if (!values.state) throw new UsageError('Where does it keep what it saw? --state <folder>.')
    const home = homeOf(on.environment)
    const believed = believedKeys(on.environment, home)
    if (!believed) throw new Complaint('Set AUTORA_LOG to the public keys of the log, and AUTORA_WITNESSES.')
    if (values.log !== undefined) {
      const look = await lookFromOutside(publicLogAt(values.log), { ...believed, state: values.state })
      for (const finding of look.findings) on.out(finding)
      on.out(`${look.size} batches: ${look.findings.length} findings`)
      return look.findings.length > 0 ? 10 : 0
    }
    const { url } = requireTarget(on.environment, home)
    const { rolePasswords } = preparationFor(on.environment, home)
    const db = await SystemDatabase.open({
      url: asRole(url, loginRole('auditor'), rolePasswords.auditor),
      applicationName: 'autora-monitor',
      onLost: () => undefined, // told by the query that runs into it
    })
    try {
      const memory = new MonitorMemory(values.state)
      const folder = new CheckpointFolder(join(values.state, 'checkpoints'))
      const monitor = new Monitor({ db, ...believed, memory, folder, now: () => new Date() })
      const { findings, checkpoints, events, isFull } = await monitor.round(values.full)
      for (const finding of findings) on.out(lineOfFinding(finding))
      on.out(
        `${checkpoints} new checkpoints, ${events} events hashed again${isFull ? ' (all of them)' : ''}: ${findings.length} findings`,
      )
      return findings.length > 0 ? 10 : 0
    } finally {
      await db.close()
    }
  },
}
