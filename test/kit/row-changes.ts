import { tables } from '@autora/shared/access'
import type { World } from './world.js'

const business = Object.entries(tables)
  .filter(([name, kind]) => ['store', 'tenant', 'append-only'].includes(kind) && name !== 'audit.event')
  .map(([name]) => name)

/** Tables whose change an event may be about without a business row: counters and credentials of the issuer. */
const besides = Object.entries(tables)
  .filter(([name, kind]) => kind === 'issuer' && name !== 'issuer.artifact')
  .map(([name]) => name)

/** How the tables looked at a moment: rows, and the sum of the transactions that wrote them. */
export interface Mark {
  readonly xid: number
  readonly tables: Readonly<Record<string, string>>
}

/** A change of rows, or an event: which transaction, of which dealer group. */
export interface Trace {
  readonly what: string
  readonly xid: string
  readonly tenantId: string
}

/** An event as the trail has it. */
export interface WrittenEvent extends Trace {
  readonly outcome: string
}

/** What happened between two marks. */
export interface Changes {
  /** Business rows that were written, by table, transaction and dealer group. */
  readonly written: readonly Trace[]
  /** Tables that lost rows. */
  readonly vanished: readonly string[]
  readonly events: readonly WrittenEvent[]
  /** Transactions that wrote rows anywhere, credentials included. */
  readonly transactions: ReadonlySet<string>
}

/** Watches rows from outside: it reads who wrote each row, needs no trigger and is told nothing by the application. */
export class RowChanges {
  constructor(private readonly world: Pick<World, 'sql'>) {}

  /** Takes a mark. */
  async mark(): Promise<Mark> {
    const parts = [...business, ...besides].map(
      (table) =>
        `'${table}', (select count(*) || '/' || coalesce(sum(r.xmin::text::bigint), 0) from ${table} r)`,
    )
    const half = Math.ceil(parts.length / 2)
    const [row] = await this.world.sql<{ xid: string; tables: Record<string, string> }>(
      `select pg_current_xact_id()::text as xid,
              jsonb_build_object(${parts.slice(0, half).join(', ')})
              || jsonb_build_object(${parts.slice(half).join(', ')}) as tables`,
    )
    if (!row || Number(row.xid) >= 2 ** 32)
      throw new Error('transactions of a second epoch are not compared here')
    return { xid: Number(row.xid), tables: row.tables }
  }

  /** What happened between two marks. */
  async between(before: Mark, after: Mark): Promise<Changes> {
    const differing = Object.keys(after.tables).filter((name) => after.tables[name] !== before.tables[name])
    const written = differing.length === 0 ? [] : await this.writtenIn(differing, before.xid)
    const events = await this.world.sql<WrittenEvent>(
      `select action as what, outcome, xid::text as xid, tenant_id as "tenantId"
         from audit.event where xid::text::bigint > $1`,
      [before.xid],
    )
    const count = (mark: Mark, name: string) => Number(mark.tables[name]?.split('/')[0])
    return {
      written: written.filter(({ what }) => business.includes(what)),
      vanished: differing.filter(
        (name) => business.includes(name) && count(after, name) < count(before, name),
      ),
      events,
      transactions: new Set(written.map(({ xid }) => xid)),
    }
  }

  private writtenIn(names: readonly string[], xid: number): Promise<Trace[]> {
    const parts = names.map(
      (
        name,
      ) => `select distinct '${name}' as what, r.xmin::text as xid, to_jsonb(r)->>'tenant_id' as "tenantId"
                   from ${name} r where r.xmin::text::bigint > ${xid}`,
    )
    return this.world.sql<Trace>(parts.join(' union all '))
  }
}

/** Changes without an event of their transaction and dealer group, and kept events that changed nothing. */
export function unexplained(changes: Changes, changing: (event: string) => boolean): readonly string[] {
  const told = new Set(changes.events.map(({ xid, tenantId }) => `${xid} ${tenantId}`))
  const rows = changes.written
    .filter(({ xid, tenantId }) => !told.has(`${xid} ${tenantId}`))
    .map(({ what, xid }) => `${what} was changed by ${xid} without an event`)
  const kept = changes.events.filter(({ outcome, what }) => outcome === 'ALLOW' && changing(what))
  const lost = kept.length === 0 ? changes.vanished.map((what) => `${what} lost rows without an event`) : []
  const empty = kept
    .filter(({ xid }) => !changes.transactions.has(xid) && changes.vanished.length === 0)
    .map(({ what, xid }) => `${what} was told by ${xid}, which changed nothing`)
  return [...rows, ...lost, ...empty]
}
