import type { SystemTx } from '@autora/shared/database'
import type { StoreZone } from './surroundings.js'

/** Where a state belongs. */
export interface StatePlace {
  readonly tenantId: string
  readonly rule: string
  readonly about: string
}

/** A state and where it belongs. */
export interface StateRow extends StatePlace {
  readonly state: unknown
  readonly at: Date
}

/** What is added to a flag; a new one begins with it. */
export interface FlagAddition {
  readonly tenantId: string
  readonly id: string
  readonly rule: string
  readonly ruleVersion: number
  readonly severity: string
  readonly about: string
  readonly storeId: string | null
  readonly amount: number
  readonly firstEvent: string
  readonly lastEvent: string
  readonly at: Date
}

/** Time zones of all stores. */
export const storeZones = (tx: SystemTx): Promise<StoreZone[]> =>
  tx.query<StoreZone>('select tenant_id as "tenantId", store_id as "storeId", zone from audit.store_zones()')

/** States in some places; a place without one is missing from the answer. */
export const statesIn = (tx: SystemTx, places: readonly StatePlace[]): Promise<StateRow[]> =>
  places.length === 0
    ? Promise.resolve([])
    : tx.query<StateRow>(
        `select s.tenant_id as "tenantId", s.rule, s.about, s.state, s.last_at as at
           from audit.flag_state s
           join jsonb_to_recordset($1::jsonb) as p ("tenantId" uuid, rule text, about text)
             on p."tenantId" = s.tenant_id and p.rule = s.rule and p.about = s.about`,
        [JSON.stringify(places)],
      )

/** Keeps states. */
export async function keepStates(tx: SystemTx, states: readonly StateRow[]): Promise<void> {
  if (states.length === 0) return
  await tx.query(
    `insert into audit.flag_state (tenant_id, rule, about, state, last_at)
     select "tenantId", rule, about, state, at
       from jsonb_to_recordset($1::jsonb) as p ("tenantId" uuid, rule text, about text, state jsonb, at timestamptz)
     on conflict (tenant_id, rule, about) do update set state = excluded.state, last_at = excluded.last_at`,
    [JSON.stringify(states)],
  )
}

/** Raises flags and adds to them, in the order given. A flag over several stores is of none of them. */
export async function addToFlags(tx: SystemTx, additions: readonly FlagAddition[]): Promise<void> {
  for (const { tenantId, id, rule, ruleVersion, severity, about, storeId, amount, ...event } of additions)
    await tx.query(
      `insert into audit.flag as f (tenant_id, id, rule, rule_version, severity, about, store_id, amount, first_event,
         last_event, first_at, last_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
         coalesce((select recorded_at from audit.event where tenant_id = $1 and id = $9), $11), $11)
       on conflict (tenant_id, id) do update
         set amount = f.amount + excluded.amount, last_event = excluded.last_event,
             last_at = greatest(f.last_at, excluded.last_at),
             store_id = case when f.store_id = excluded.store_id then f.store_id end`,
      [
        tenantId,
        id,
        rule,
        ruleVersion,
        severity,
        about,
        storeId,
        amount,
        event.firstEvent,
        event.lastEvent,
        event.at,
      ],
    )
}

/** Forgets what no window reaches any more: every window is a day at most, and a grant is asked for within a month. */
export const forgetStates = (tx: SystemTx): Promise<unknown[]> =>
  tx.query(`delete from audit.flag_state where last_at < clock_timestamp() - interval '31 days'`)

/** The newest batch and its age in seconds; null before the first. */
export async function newestBatch(
  tx: SystemTx,
): Promise<{ readonly number: string; readonly age: number } | null> {
  const [row] = await tx.query<{ number: string; age: number }>(
    `select number::text, extract(epoch from clock_timestamp() - recorded_at)::float8 as age
       from audit.batch order by number desc limit 1`,
  )
  return row ?? null
}

/** Raises the flag of a silence, or notes that it lasts; the amount is its length in seconds. */
export const noteSilence = (
  tx: SystemTx,
  flag: Pick<FlagAddition, 'tenantId' | 'id' | 'rule' | 'ruleVersion' | 'severity' | 'about' | 'amount'>,
): Promise<unknown[]> =>
  tx.query(
    `insert into audit.flag as f (tenant_id, id, rule, rule_version, severity, about, amount, first_at, last_at)
     values ($1, $2, $3, $4, $5, $6, $7::bigint, clock_timestamp() - make_interval(secs => $7::bigint), clock_timestamp())
     on conflict (tenant_id, id) do update set amount = excluded.amount, last_at = excluded.last_at`,
    [flag.tenantId, flag.id, flag.rule, flag.ruleVersion, flag.severity, flag.about, flag.amount],
  )

/** Takes down every flag that is made from events, and all that was counted: the follower makes them anew. */
export async function forgetFlags(tx: SystemTx, silence: string): Promise<void> {
  await tx.query('delete from audit.flag where rule <> $1', [silence])
  await tx.query('delete from audit.flag_state')
}
