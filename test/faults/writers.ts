import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

/** An event that the database said it has. */
export interface Acknowledged {
  readonly tenantId: string
  readonly id: string
}

/** What a writer's transaction does. */
const chances = { long: 0.1, rolledBack: 0.1 } as const
const longMs = 300
const pauseMs = 5

/** One event, as the platform itself would write it. */
export const insertEvent = `
  insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
  values ($1, $1, 'SYSTEM', 'fault-run', 'platform.founded', 'ALLOW', 'Platform', $1)
  returning tenant_id as "tenantId", id::text as id`

const happens = (chance: number): boolean => randomInt(1_000_000) < chance * 1_000_000

/** Writes transactions one after the other until it is stopped, through every crash, and remembers what was acknowledged. */
export class Writer {
  readonly acknowledged: Acknowledged[] = []
  /** Transactions that were given up on purpose, and those that a crash cut off. */
  rolledBack = 0
  interrupted = 0
  private isStopping = false
  private running: Promise<void> = Promise.resolve()

  constructor(
    private readonly url: string,
    private readonly tenants: readonly string[],
  ) {}

  /** Begins; returns at once. */
  start(): void {
    this.running = this.run()
  }

  /** Finishes the transaction that runs. */
  async stop(): Promise<void> {
    this.isStopping = true
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      const db = new Client({ connectionString: this.url, connectionTimeoutMillis: 2000 })
      db.on('error', () => undefined) // the query that runs into it says so too
      try {
        await db.connect()
        while (!this.isStopping) await this.transaction(db)
      } catch {
        this.interrupted += 1 // a crash: whether the last commit arrived is unknown, so it is not counted on
        await sleep(50)
      } finally {
        await db.end().catch(() => undefined)
      }
    }
  }

  private async transaction(db: Client): Promise<void> {
    await db.query('begin')
    const written: Acknowledged[] = []
    for (let n = randomInt(1, 4); n > 0; n -= 1) {
      const { rows } = await db.query<Acknowledged>(insertEvent, [
        this.tenants[randomInt(this.tenants.length)],
      ])
      written.push(...rows)
    }
    if (happens(chances.long)) await sleep(longMs)
    if (happens(chances.rolledBack)) {
      await db.query('rollback')
      this.rolledBack += 1
    } else {
      await db.query('commit')
      this.acknowledged.push(...written)
    }
    await sleep(pauseMs)
  }
}
