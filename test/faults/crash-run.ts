import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { withClient } from '@autora/shared/database'
import { formatVerifierKey, signatureKinds, signerKey } from '@autora/shared/tlog'
import { roleUrlOf } from '../kit/database.js'
import { Cluster } from './cluster.js'
import { IdCursor } from './cursor.js'
import { type Examination, examine } from './examination.js'
import { Launched, type LogLine } from './launched.js'
import { type Acknowledged, Writer } from './writers.js'

/** How much is broken. */
export interface CrashPlan {
  /** Sequencers ended by SIGKILL at random points. */
  readonly kills: number
  /** Immediate stops of PostgreSQL under load. */
  readonly stops: number
}

/** What came of a run. */
export interface CrashReport extends Examination {
  readonly kills: number
  /** Of them, those that hit the sequencer which led. */
  readonly killsOfLeaders: number
  readonly stops: number
  readonly rolledBack: number
  /** Checkpoints that the witness called inconsistent or foreign: it must never happen to a genuine one. */
  readonly refusedByWitness: number
  /** Events that a cursor over the ids, run beside it, never saw. */
  readonly lostByIdCursor: number
  readonly seconds: number
}

const sequencers = 3
const writers = 6
const tenantCount = 5
const killAfterMs = { least: 50, most: 900 } as const
const leaderWithinMs = 10_000
const leadsForMs = 700

const seedOf = (name: string) => ({ name, seed: randomBytes(32) })
const settingOf = ({ name, seed }: ReturnType<typeof seedOf>) => `${name}:${seed.toString('hex')}`

/** The processes of a run, and what they said. */
class Stage {
  killsOfLeaders = 0
  refusedByWitness = 0
  readonly logKey = seedOf('log.faults/trail')
  readonly witnessKey = seedOf('witness.faults/w')
  private readonly running: (Launched & { leads?: boolean })[] = []
  private witness: Launched | null = null
  private witnessUrl = ''

  constructor(private readonly cluster: Cluster) {}

  get trusted() {
    return {
      log: signerKey(this.logKey.name, signatureKinds.ed25519, this.logKey.seed),
      witness: signerKey(this.witnessKey.name, signatureKinds.cosignature, this.witnessKey.seed),
    }
  }

  async start(): Promise<void> {
    const settings = {
      AUTORA_WITNESS_KEY: settingOf(this.witnessKey),
      AUTORA_LOG: formatVerifierKey(this.trusted.log),
      AUTORA_STATE: this.cluster.folder('witnessed'),
    }
    this.witness = Launched.start('witness', settings, (line) => {
      if (line.event === 'service.started') this.witnessUrl = String(line.url)
    })
    while (this.witnessUrl === '') await sleep(50)
    for (let n = 0; n < sequencers; n += 1) this.launch()
  }

  /** Kills one of the sequencers, wherever it is in its work, and starts another. */
  async kill(): Promise<void> {
    // every second time one that leads, or most kills would hit processes that wait or have hardly begun
    const leader = randomInt(2) === 0 ? await this.leader() : -1
    const [one] = this.running.splice(leader >= 0 ? leader : randomInt(this.running.length), 1)
    await one?.end('SIGKILL')
    if (one?.leads) this.killsOfLeaders += 1
    this.launch()
  }

  /** Waits until one leads and has done so for a moment of any length; -1 when none does for too long. */
  private async leader(): Promise<number> {
    for (const until = performance.now() + leaderWithinMs; performance.now() < until; await sleep(20)) {
      const led = this.running.find(({ leads }) => leads)
      if (!led) continue
      await sleep(randomInt(leadsForMs))
      return this.running.findIndex((one) => one === led && one.leads)
    }
    return -1
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((one) => one.end('SIGTERM')))
    await this.witness?.end('SIGTERM')
  }

  private launch(): void {
    const settings = {
      DATABASE_URL: roleUrlOf(this.cluster.adminUrl, 'sequencer'),
      AUTORA_LOG_KEY: settingOf(this.logKey),
      AUTORA_WITNESSES: `${formatVerifierKey(this.trusted.witness)}=${this.witnessUrl}`,
      AUTORA_STATE: this.cluster.folder('signed'),
    }
    const one: Launched & { leads?: boolean } = Launched.start('sequencer', settings, (line) => {
      one.leads = leadsAfter(line) ?? one.leads ?? false
      if (isRefusal(line)) this.refusedByWitness += 1
    })
    this.running.push(one)
  }
}

const leadsAfter = ({ event }: LogLine): boolean | undefined =>
  ({ 'sequencer.leads': true, 'lead.interrupted': false })[event ?? '']

const isRefusal = (line: LogLine): boolean =>
  line.event === 'witness.silent' && /answered 4(00|03|22)/.test(JSON.stringify(line))

/** Whether every event has its leaf, and the whole log is in a published checkpoint. */
const isSettled = (url: string): Promise<boolean> =>
  withClient(url, async (db) => {
    const { rows } = await db.query<{ done: boolean }>(
      `select not exists (select from audit.event e where not exists (
                select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id))
          and (select max(number) + 1 from audit.batch) = (select max(size) from audit.checkpoint) as done`,
    )
    return rows[0]?.done === true
  })

async function breakThings({ kills, stops }: CrashPlan, cluster: Cluster, stage: Stage): Promise<void> {
  const stopEvery = stops > 0 ? kills / (stops + 1) : Number.POSITIVE_INFINITY
  let stopped = 0
  for (let killed = 1; killed <= kills; killed += 1) {
    await sleep(randomInt(killAfterMs.least, killAfterMs.most))
    await stage.kill()
    for (; stopped < stops && killed >= stopEvery * (stopped + 1); stopped += 1) await cluster.crash()
  }
  for (; stopped < stops; stopped += 1) await cluster.crash()
}

/**
 * Writes under load, kills sequencers and stops the database as often as planned, lets what is left finish, and looks at
 * what stands there. Everything runs in processes of its own and is removed afterwards.
 */
export async function crashRun(plan: CrashPlan): Promise<CrashReport> {
  const begun = performance.now()
  const cluster = await Cluster.start()
  const stage = new Stage(cluster)
  const tenants = Array.from({ length: tenantCount }, () => randomUUID())
  const load = Array.from({ length: writers }, () => new Writer(cluster.adminUrl, tenants))
  const cursor = new IdCursor(cluster.adminUrl)
  try {
    await stage.start()
    for (const one of [...load, cursor]) one.start()
    await breakThings(plan, cluster, stage)
    await Promise.all([...load, cursor].map((one) => one.stop()))
    while (!(await isSettled(cluster.adminUrl))) await sleep(100)
    await stage.stop()
    const acknowledged: Acknowledged[] = load.flatMap((one) => one.acknowledged)
    const reader = roleUrlOf(cluster.adminUrl, 'sequencer')
    return {
      ...plan,
      killsOfLeaders: stage.killsOfLeaders,
      rolledBack: load.reduce((sum, one) => sum + one.rolledBack, 0),
      refusedByWitness: stage.refusedByWitness,
      lostByIdCursor: await cursor.lost(),
      ...(await examine(cluster.adminUrl, reader, acknowledged, stage.trusted)),
      seconds: Math.round((performance.now() - begun) / 1000),
    }
  } finally {
    await Promise.all([...load, cursor].map((one) => one.stop()))
    await stage.stop()
    await cluster.close()
  }
}
